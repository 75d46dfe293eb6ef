// Releases that cannot start, beside the one that runs. They must never become ready, say why, and be no visitor's business.
import { execFile, spawn } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { freeRow } from '../ports.ts'
import type { Service, System } from '../system.ts'
import { failedRedirects, type Plan, type Stage } from './plan.ts'
import { environmentOf, type Settings } from './process-environment.ts'

const services: readonly Service[] = ['redirect', 'link-write', 'analytics']
const root = fileURLToPath(new URL('../../', import.meta.url))
/** Far longer than a start takes. */
const watchedMs = 15_000

export const badSecret: Plan = {
  name: 'bad-secret',
  description:
    'A release of each service is started beside the running one with a wrong password for its database.',
  act: (stage) =>
    startBadly(stage, (settings) => ({
      ...settings,
      ...Object.fromEntries(
        Object.entries(settings)
          .filter(([name]) => /^(?:LINKS|ANALYTICS)_(?:URL|REPLICA_URLS)$/u.test(name))
          .map(([name, url]) => [name, url.replace(/:[^:@/]+@/u, ':wrong@')]),
      ),
    })),
  broken,
}

export const badConfig: Plan = {
  name: 'bad-config',
  description:
    'A release of each service is started beside the running one with a setting that is missing and one that is no number.',
  act: (stage) =>
    startBadly(stage, ({ LINKS_URL: _missing, ...settings }) => ({
      ...settings,
      PORT: 'eighty',
    })),
  broken,
}

export const badMigration: Plan = {
  name: 'bad-migration',
  description:
    'A migration of the links database makes a column and then fails; then it is run again, as an impatient person does.',
  act: async ({ system, say, note }) => {
    const directory = mkdtempSync(join(tmpdir(), 'sleepwell-migrations-'))
    cpSync(`${root}services/link-write/migrations`, directory, { recursive: true })
    writeFileSync(
      join(directory, '9999_bad.sql'),
      'alter table links add column half_done text;\ninsert into nowhere values (1);\n',
    )
    let refused = 0
    for (const time of ['once', 'again']) {
      say(`the bad migration, ${time}`)
      const refusal = await migrate(ownerUrl(system), directory)
      say(refusal === undefined ? 'it went through' : `refused: ${refusal}`)
      if (refusal !== undefined) refused += 1
    }
    rmSync(directory, { recursive: true })
    const left = await system.query(
      'links',
      `select from information_schema.columns where column_name = 'half_done'`,
    )
    note('migrationsThatWentThrough', 2 - refused)
    note('columnsLeftBehind', left.length)
  },
  broken: ({ redirects, writes, figures }) => [
    ...failedRedirects(redirects),
    ...(writes.ambiguous > 0 ? [`${writes.ambiguous} writes had to be sent again`] : []),
    ...(figures.migrationsThatWentThrough === 0 ? [] : ['a bad migration went through']),
    ...(figures.columnsLeftBehind === 0 ? [] : ['half of a migration was left behind']),
  ],
}

function broken({ redirects, writes, figures }: Parameters<Plan['broken']>[0]): string[] {
  return [
    ...failedRedirects(redirects),
    ...(writes.ambiguous > 0 ? [`${writes.ambiguous} writes had to be sent again`] : []),
    ...(figures.becameReady === 0 ? [] : [`${figures.becameReady} bad releases became ready`]),
    ...(figures.saidWhy === services.length ? [] : ['a bad release did not say why']),
  ]
}

/** Each service once more, on ports and a spool of its own. */
async function startBadly(
  { system, say, note }: Stage,
  spoil: (settings: Settings) => Settings,
): Promise<void> {
  let [becameReady, saidWhy] = [0, 0]
  const scratch = mkdtempSync(join(tmpdir(), 'sleepwell-release-'))
  const first = await freeRow()
  for (const [i, service] of services.entries()) {
    const settings = spoil({
      ...environmentOf(system.pidOf(service)),
      PORT: String(first + i),
      ADMIN_PORT: String(first + 1000 + i),
      SPOOL_DIR: join(scratch, 'spool'),
    })
    const release = spawn(
      process.execPath,
      ['--import', '@sleepwell/runtime/telemetry', 'src/main.ts'],
      { cwd: `${root}services/${service}`, env: settings, stdio: ['ignore', 'pipe', 'pipe'] },
    )
    let said = ''
    let ended = false
    for (const stream of [release.stdout, release.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => (said += text))
    const exit = Promise.withResolvers<void>()
    release.once('exit', () => {
      ended = true
      exit.resolve()
    })
    let ready = false
    for (const limit = performance.now() + watchedMs; !ended && performance.now() < limit;) {
      ready ||= await answers(`http://127.0.0.1:${settings.ADMIN_PORT}/readyz`)
      await sleep(100)
    }
    release.kill('SIGKILL')
    await exit.promise
    if (ready) becameReady += 1
    const why = said.split('\n').find((line) => /"level":"?(?:error|fatal|50|60)/u.test(line))
    if (why !== undefined) saidWhy += 1
    say(`${service}: ${ready ? 'READY' : 'not ready'}; ${why?.slice(0, 300) ?? 'said nothing'}`)
  }
  rmSync(scratch, { recursive: true, force: true })
  note('becameReady', becameReady)
  note('saidWhy', saidWhy)
}

/** As the job of a release does, with its own migrations; resolves to what it said if it fails. */
async function migrate(url: string, directory: string): Promise<string | undefined> {
  const script = `import { migrate } from '@sleepwell/runtime/migrations'
    await migrate({ url: process.env.OWNER_URL, directory: process.env.MIGRATIONS })`
  try {
    await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script], {
      cwd: `${root}services/link-write`,
      env: { ...process.env, OWNER_URL: url, MIGRATIONS: directory },
    })
    return undefined
  } catch (error) {
    const said = String(error).split('\n')
    return said.find((line) => /^\s*error:/iu.test(line)) ?? said[0]
  }
}

/** Of the role that owns the tables. */
function ownerUrl({ data, access }: System): string {
  const secrets = JSON.parse(readFileSync(join(data, 'secrets.json'), 'utf8')) as Settings
  return `postgres://postgres:${secrets.postgres}@${access.engines.Postgres}/links?options=-c%20role%3Dlinks_owner`
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(url, { signal: AbortSignal.timeout(1000) })).ok
  } catch {
    return false
  }
}
