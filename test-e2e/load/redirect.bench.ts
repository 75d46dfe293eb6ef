// A cached redirect through the whole pipeline (rules, click on the spool, metrics, shipping) against the bare server,
// in turns on the same machine. The figure is the ratio; requests per second depend on what else the machine does.
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import autocannon from 'autocannon'
import { createLink, firefox, follow } from '../api.ts'
import { startSystem } from '../system.ts'

export interface Result {
  readonly ratio: number
  readonly rounds: readonly Round[]
}

interface Round {
  /** Redirects a second. */
  readonly bare: number
  readonly ours: number
  readonly p99Ms: { readonly bare: number; readonly ours: number }
}

const rounds = 5
const seconds = 4
const connections = 20

export async function benchRedirect(report: (line: string) => void): Promise<Result> {
  await using system = await startSystem()
  const link = await createLink(system.access, 'https://example.com/bench')
  await follow(link.shortLink)
  const barePort = Number(new URL(system.access.redirect).port) + 9
  const script = fileURLToPath(new URL('bare-server.ts', import.meta.url))
  const bare = spawn(process.execPath, [script, String(barePort)], { stdio: 'inherit' })
  try {
    const ours = link.shortLink.replace('localhost', '127.0.0.1')
    const theirs = `http://127.0.0.1:${barePort}/${link.slug}`
    await load(theirs, 2)
    await load(ours, 2)
    const measured: Round[] = []
    for (let round = 0; round < rounds; round++) {
      const [first, second] = [await load(theirs, seconds), await load(ours, seconds)]
      const result = {
        bare: first.requests.average,
        ours: second.requests.average,
        p99Ms: { bare: first.latency.p99, ours: second.latency.p99 },
      }
      measured.push(result)
      report(
        `bare ${Math.round(result.bare)}/s, ours ${Math.round(result.ours)}/s, ratio ${ratioOf(result).toFixed(2)}`,
      )
    }
    return { ratio: median(measured.map(ratioOf)), rounds: measured }
  } finally {
    bare.kill()
  }
}

async function load(url: string, duration: number): Promise<autocannon.Result> {
  const result = await autocannon({
    url,
    connections,
    duration,
    headers: { 'user-agent': firefox },
  })
  const redirects = result.statusCodeStats?.['302']?.count ?? 0
  if (redirects < result.requests.total || result.errors > 0) {
    throw new Error(
      `${result.requests.total - redirects} answers were no redirect, ${result.errors} errors`,
    )
  }
  return result
}

function ratioOf(round: Pick<Round, 'bare' | 'ours'>): number {
  return round.ours / round.bare
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN
}
