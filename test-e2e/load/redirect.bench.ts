// A cached redirect through the whole pipeline (rules, click on the spool, metrics, shipping) against the bare server,
// in turns on the same machine. The figures are ratios: how many redirects a second, and how much processor time each
// costs. The first also depends on what else has to run on the machine meanwhile, such as the database that takes the
// clicks; the second hardly does.
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import autocannon from 'autocannon'
import { createLink, firefox, follow, until } from '../api.ts'
import { startSystem } from '../system.ts'
import { cpuMicroseconds, median } from './measure.ts'

export interface Result {
  /** Redirects a second, ours to bare: the median of all rounds. */
  readonly ratio: number
  /** Processor time a redirect, bare to ours. */
  readonly cpuRatio: number
  readonly rounds: readonly Round[]
}

interface Round {
  readonly bare: Measured
  readonly ours: Measured
}

interface Measured {
  readonly perSecond: number
  readonly p99Ms: number
  /** Of the server process, all threads, for one redirect. */
  readonly cpuMicroseconds: number
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
  const server = spawn(process.execPath, [script, String(barePort)], { stdio: 'inherit' })
  try {
    const bare = { url: `http://127.0.0.1:${barePort}/${link.slug}`, pid: server.pid ?? 0 }
    const ours = {
      url: link.shortLink.replace('localhost', '127.0.0.1'),
      pid: system.pidOf('redirect'),
    }
    await until(
      () => follow(bare.url).catch(() => undefined),
      (answer) => answer?.status === 302,
    )
    await load(bare, 2)
    await load(ours, 2)
    const measured: Round[] = []
    for (let round = 0; round < rounds; round++) {
      const result = { bare: await load(bare, seconds), ours: await load(ours, seconds) }
      measured.push(result)
      report(`bare ${inWords(result.bare)}; ours ${inWords(result.ours)}`)
    }
    return {
      ratio: median(measured.map((round) => round.ours.perSecond / round.bare.perSecond)),
      cpuRatio: median(
        measured.map((round) => round.bare.cpuMicroseconds / round.ours.cpuMicroseconds),
      ),
      rounds: measured,
    }
  } finally {
    server.kill()
  }
}

async function load(
  target: { readonly url: string; readonly pid: number },
  duration: number,
): Promise<Measured> {
  const before = cpuMicroseconds(target.pid)
  const result = await autocannon({
    url: target.url,
    connections,
    duration,
    headers: { 'user-agent': firefox },
  })
  const redirects = result.statusCodeStats?.['302']?.count ?? 0
  if (redirects < result.requests.total || result.errors > 0) {
    const others = result.requests.total - redirects
    throw new Error(`${others} answers were no redirect, ${result.errors} errors`)
  }
  return {
    perSecond: Math.round(result.requests.average),
    p99Ms: result.latency.p99,
    cpuMicroseconds: Math.round((cpuMicroseconds(target.pid) - before) / redirects),
  }
}

function inWords({ perSecond, p99Ms, cpuMicroseconds: cpu }: Measured): string {
  return `${perSecond}/s, p99 ${p99Ms} ms, ${cpu} us of processor each`
}
