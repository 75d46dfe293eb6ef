// A cached redirect, on a core of its own: beside the least that Node, nginx and Express can do on the same core, in turns.
// The load generator and everything else run on the other core. First as far as the promise goes (rules, click on the
// spool, metrics; the click log takes nothing), then with all clicks shipped to Postgres and counted meanwhile.
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import autocannon from 'autocannon'
import { createLink, firefox, follow } from '../api.ts'
import { startSystem, type System } from '../system.ts'
import { cpuMicroseconds, median } from './measure.ts'
import { openLoop, type OpenLoop } from './open-loop.ts'
import { pin, startNginx, startNodeServer } from './servers.ts'

export interface Result {
  /** Redirects a second, ours to bare: the median of all rounds. */
  readonly ratio: number
  /** Processor time a redirect, bare to ours. */
  readonly cpuRatio: number
  /** The same, while clicks are shipped. */
  readonly shippingCpuRatio: number
  /** At 60 % of what each can do, from when a request was due. */
  readonly steady: Readonly<Record<'bare' | 'ours', OpenLoop>>
  readonly memory: { readonly links: number; readonly bytesPerLink: number }
  readonly rounds: readonly Round[]
  readonly shipping: readonly Round[]
}

type Round = Readonly<Record<string, Measured>>

interface Measured {
  readonly perSecond: number
  readonly p99Ms: number
  /** Of the server process, all threads, for one redirect. */
  readonly cpuMicroseconds: number
}

interface Target {
  readonly name: string
  readonly url: string
  readonly pid: number
}

const rounds = 5
const shippingRounds = 3
const seconds = 4
const connections = 64
const cachedLinks = 1_000_000
const [serverCore, otherCore] = [0, 1]
const headers = { 'user-agent': firefox, accept: '*/*' }

export async function benchRedirect(report: (line: string) => void): Promise<Result> {
  const memory = await measureCache()
  report(`${memory.bytesPerLink} bytes a link, ${memory.links} links in memory`)
  pin(process.pid, otherCore) // and what is started from here
  await using system = await startSystem()
  const link = await createLink(system.access, 'https://example.com/bench')
  await follow(link.shortLink)
  const port = Number(new URL(system.access.redirect).port)
  await using bare = await startNodeServer('bare-server.ts', port + 9)
  await using express = await startNodeServer('express-server.ts', port + 8)
  await using nginx = await startNginx(port + 7)
  if (nginx === undefined) report('no nginx here (Debian: apt-get install nginx-light)')
  const ours = {
    name: 'ours',
    url: link.shortLink.replace('localhost', '127.0.0.1'),
    pid: system.pidOf('redirect'),
  }
  const others = [
    { name: 'bare', ...bare },
    { name: 'express', ...express },
    ...(nginx === undefined ? [] : [{ name: 'nginx', ...nginx }]),
  ]
  for (const { pid } of [ours, ...others]) pin(pid, serverCore)

  await shipClicks(system, false)
  for (const target of [ours, ...others]) await load(target, 2)
  const measured = await inTurns([...others, ours], rounds, report)
  const steady = {
    bare: await steadily({ name: 'bare', ...bare }, measured, report),
    ours: await steadily(ours, measured, report),
  }
  await shipClicks(system, true)
  await load(ours, 2)
  report('and now with clicks shipped')
  const shipping = await inTurns([{ name: 'bare', ...bare }, ours], shippingRounds, report)
  const cpu = (of: readonly Round[]) =>
    ratio(of, (round) => [round.bare?.cpuMicroseconds, round.ours?.cpuMicroseconds])
  return {
    ratio: ratio(measured, (round) => [round.ours?.perSecond, round.bare?.perSecond]),
    cpuRatio: cpu(measured),
    shippingCpuRatio: cpu(shipping),
    steady,
    memory,
    rounds: measured,
    shipping,
  }
}

/** Or lets the click log refuse them, as one that is away: they wait on the spool. */
async function shipClicks(system: System, ship: boolean): Promise<void> {
  const [verb, to] = ship ? ['grant', 'to'] : ['revoke', 'from']
  const of = 'execute on function publish_clicks(integer, bytea[])'
  await system.query('analytics', `${verb} ${of} ${to} redirect`)
}

async function inTurns(
  targets: readonly Target[],
  times: number,
  report: (line: string) => void,
): Promise<Round[]> {
  const measured: Round[] = []
  for (let round = 0; round < times; round++) {
    const result: Record<string, Measured> = {}
    for (const target of targets) result[target.name] = await load(target, seconds)
    measured.push(result)
    report(targets.map(({ name }) => inWords(name, result[name] as Measured)).join('; '))
  }
  return measured
}

async function load(target: Target, duration: number): Promise<Measured> {
  const before = cpuMicroseconds(target.pid)
  const result = await autocannon({ url: target.url, connections, duration, headers })
  const redirects = result.statusCodeStats?.['302']?.count ?? 0
  if (redirects < result.requests.total || result.errors > 0) {
    const others = result.requests.total - redirects
    throw new Error(`${others} answers were no redirect, ${result.errors} errors`)
  }
  return {
    perSecond: Math.round(result.requests.average),
    p99Ms: result.latency.p99,
    cpuMicroseconds: Math.round((10 * (cpuMicroseconds(target.pid) - before)) / redirects) / 10,
  }
}

async function steadily(
  target: Target,
  measured: readonly Round[],
  report: (line: string) => void,
): Promise<OpenLoop> {
  const saturation = median(measured.map((round) => round[target.name]?.perSecond ?? 0))
  const perSecond = Math.round(saturation * 0.6)
  const result = await openLoop({ url: target.url, perSecond, seconds: 20, connections, headers })
  const { p50Ms, p99Ms, p99OfMedianSecondMs } = result
  report(
    `${target.name} at ${result.perSecond}/s: p50 ${p50Ms}, p99 ${p99Ms}, of the median second ${p99OfMedianSecondMs} ms`,
  )
  return result
}

async function measureCache(): Promise<Result['memory']> {
  const service = fileURLToPath(new URL('../../services/redirect', import.meta.url))
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['src/measure-cache.ts', String(cachedLinks)],
    { cwd: service },
  )
  return JSON.parse(stdout) as Result['memory']
}

function ratio(
  rounds: readonly Round[],
  of: (round: Round) => readonly [number | undefined, number | undefined],
): number {
  const ratios = rounds.map(of).map(([one = Number.NaN, other = Number.NaN]) => one / other)
  return Math.round(median(ratios) * 100) / 100
}

function inWords(name: string, { perSecond, p99Ms, cpuMicroseconds: cpu }: Measured): string {
  return `${name} ${perSecond}/s, p99 ${p99Ms} ms, ${cpu} us of processor each`
}
