// A file of 10,000 links, from the first byte to the last link, and what it says of rows that are wrong; and a thousand links in one call.
import { setTimeout as sleep } from 'node:timers/promises'
import { call } from '../api.ts'
import { startSystem } from '../system.ts'

export interface ImportResult {
  /** Seconds of the bulk call, to what they may be. */
  readonly ratio: number
  readonly rows: number
  readonly seconds: number
  readonly done: number
  readonly failed: number
  /** How many rows failed for each reason. */
  readonly errors: Readonly<Record<string, number>>
  /** Of a call that creates 1,000 links: the median of five. */
  readonly bulkSeconds: number
}

const rows = 10_000
const mostBulkSeconds = 2

interface Job {
  readonly id: string
  readonly state: string
  readonly done: number
  readonly failed: number
}

export async function benchImport(say: (line: string) => void): Promise<ImportResult> {
  await using system = await startSystem({ form: 'stack' })
  const { access } = system
  const headers = { Authorization: `Bearer ${access.apiKey}` }
  const startedAt = performance.now()
  const answer = await fetch(`${access.linkWrite}/v1/jobs`, {
    method: 'POST',
    headers: { ...headers, 'Content-Type': 'text/csv' },
    body: file(),
  })
  if (answer.status !== 202) throw new Error(`${answer.status}: ${await answer.text()}`)
  const { id } = (await answer.json()) as Job
  const read = async <T>(path: string) =>
    (await (await fetch(`${access.linkWrite}/v1/jobs/${id}${path}`, { headers })).json()) as T
  let job: Job
  do {
    await sleep(50)
    job = await read<Job>('')
  } while (job.state === 'running')
  const seconds = (performance.now() - startedAt) / 1000
  const { errors } = await read<{ errors: { problem: { code: string } }[] }>('/errors?limit=100')
  const reasons: Record<string, number> = {}
  for (const { problem } of errors) reasons[problem.code] = (reasons[problem.code] ?? 0) + 1
  say(
    `${rows} rows in ${seconds.toFixed(1)} s: ${job.done} links, ${job.failed} errors ${JSON.stringify(reasons)}`,
  )

  const bulk: number[] = []
  for (let round = 0; round < 5; round++) {
    const links = Array.from({ length: 1_000 }, (_, n) => ({
      destination: `https://example.com/${round}/${n}`,
      title: `Link ${n}`,
      tags: ['bulk'],
    }))
    const begunAt = performance.now()
    const { status } = await call(access, 'POST', `${access.linkWrite}/v1/links/bulk`, { links })
    if (status !== 200) throw new Error(`bulk: ${status}`)
    bulk.push((performance.now() - begunAt) / 1000)
  }
  const bulkSeconds = bulk.toSorted((a, b) => a - b)[2] ?? Number.NaN
  say(`1,000 links in one call: ${bulkSeconds.toFixed(2)} s`)
  const { done, failed } = job
  return {
    ratio: bulkSeconds / mostBulkSeconds,
    rows,
    seconds,
    done,
    failed,
    errors: reasons,
    bulkSeconds,
  }
}

/** One row in a hundred is wrong, each in one of four ways. */
function file(): string {
  const lines = ['destination,slug,title,tags,externalId']
  for (let n = 0; n < rows; n++) {
    const wrong = n % 100 === 99 ? Math.floor(n / 100) % 4 : -1
    const destination = wrong === 0 ? 'ftp://example.com/' : `https://example.com/spring/${n}`
    const slug = wrong === 1 ? 'import-0' : `import-${n}`
    const tags = wrong === 2 ? '"same,same"' : `"spring,letter-${n % 20}"`
    lines.push(
      `${destination},${slug},Spring offer ${n},${tags},crm-${n}${wrong === 3 ? ',more' : ''}`,
    )
  }
  return lines.join('\n')
}
