// `npm run fuzz -- --requests 100000`: schemathesis, which none of us wrote, asks both APIs of a system as `npm start` runs
// it whatever their documents allow and whatever they do not, and follows their links. It fails on any answer with 5xx, off the
// contract, or with something of another owner.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { listenForStop } from '@sleepwell/deploy-local/stop-request'
import { startSystem } from '../system.ts'
import { optionsOrExit } from './options.ts'
import { installSchemathesis } from './python.ts'
import { plantTwoOwners, type TwoOwners } from './two-owners.ts'

type Api = 'links' | 'reports'
/** Each a process of its own. Most routes, and all that changes anything, are of links. */
const askers: readonly Api[] = ['links', 'links', 'reports']

const here = fileURLToPath(new URL('.', import.meta.url))
const options = optionsOrExit(process.argv.slice(2))

using request = listenForStop(console.error)
const schemathesis = await installSchemathesis(console.error)
// It asks as fast as it can; whoever is limited is told so, and nothing else is found out.
process.env.RATE_LIMIT_PER_MINUTE = '10000000'
await using system = await startSystem({ form: 'start' })
const { linkWrite, analytics } = system.access
rmSync(options.reports, { recursive: true, force: true })
const reports = resolve(options.reports)
const asked = { links: 0, reports: 0 }
let done = 0
let failed = false
const count = () => asked.links + asked.reports
await Promise.all(askers.map(askOn))
console.log(verdict())
if (failed || request.stop.aborted) process.exitCode = 1

/** Round after round, as somebody of whose links no other one takes anything away, until all have asked enough. */
async function askOn(api: Api, asker: number): Promise<void> {
  const owners = await plantTwoOwners(system.access, `asking-${asker}`)
  const origin = api === 'links' ? linkWrite : analytics
  let seed = options.seed + asker
  for (; !failed && !request.stop.aborted && count() < options.requests; seed += askers.length) {
    const left = options.requests - count()
    const examples = Math.max(5, Math.min(400, Math.round(left / 20 / askers.length)))
    const directory = join(reports, `${api}-${seed}`)
    const outcome = await fuzz(api, origin, owners, examples, seed, directory)
    asked[api] += outcome.requests
    done += outcome.done
    failed ||= outcome.code !== 0
    console.log(
      `— ${asked.links} requests of links, ${asked.reports} of reports, ${done} answered with 2xx`,
    )
    failed ||= !(await hasItsKey(owners))
  }
}

/** Whoever is refused everything finds nothing. */
async function hasItsKey({ apiKey }: TwoOwners): Promise<boolean> {
  const headers = { authorization: `Bearer ${apiKey}` }
  const { status } = await fetch(`${linkWrite}/v1/key`, { headers })
  if (status !== 200) console.log(`the fuzzer has lost its key: ${status}`)
  return status === 200
}

function verdict(): string {
  if (request.stop.aborted) return 'stopped before the end'
  if (failed) return `failed: what is above is not as it has to be (${reports})`
  return `${count()} requests, ${done} of them answered with 2xx: none answered with 5xx, off the contract, or with something of another owner`
}

async function fuzz(
  api: Api,
  origin: string,
  { apiKey, ownKeys, foreignIds, marker }: TwoOwners,
  examples: number,
  seed: number,
  directory: string,
): Promise<{ code: number | null; requests: number; done: number }> {
  mkdirSync(directory, { recursive: true })
  const countFile = join(directory, 'count')
  const flags = {
    url: origin,
    header: `Authorization: Bearer ${apiKey}`,
    phases: 'examples,coverage,fuzzing,stateful',
    'max-examples': String(examples),
    seed: String(seed),
    'request-timeout': '30',
    // A stream without an end.
    'exclude-path': '/v1/live',
    report: 'junit,ndjson',
    'report-dir': directory,
  }
  const words = [
    `--config-file=${join(here, 'schemathesis.toml')}`,
    'run',
    `${origin}/openapi.json`,
    '--continue-on-failure',
    '--no-color',
    ...Object.entries(flags).map(([name, value]) => `--${name}=${value}`),
  ]
  const child = spawn(schemathesis, words, {
    // Where it keeps examples for itself.
    cwd: directory,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: {
      ...process.env,
      SCHEMATHESIS_HOOKS: 'hooks',
      PYTHONPATH: here,
      PYTHONDONTWRITEBYTECODE: '1',
      FUZZ_MARKER: marker,
      FUZZ_FOREIGN_IDS: JSON.stringify(foreignIds),
      FUZZ_OWN_KEYS: JSON.stringify(ownKeys),
      FUZZ_COUNT_FILE: countFile,
    },
  })
  const end = () => child.kill('SIGINT')
  request.stop.addEventListener('abort', end)
  const [code] = (await once(child, 'close')) as [number | null]
  request.stop.removeEventListener('abort', end)
  console.log(`${api}: schemathesis ended with ${code}`)
  const count = JSON.parse(readFileSync(countFile, 'utf8')) as { all: number; done: number }
  return { code, requests: count.all, done: count.done }
}
