// `npm test`: format, lint, types, then every test against engines that are started once and always stopped.
// `npm run check` (--quick) leaves the engines, and the tests that need them, out; --tests-only leaves format, lint and
// types out. Further words go to Jest.
import { spawn } from 'node:child_process'
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { prepareDatabases } from './databases.ts'
import { startPostgres } from './postgres.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const own = ['--quick', '--tests-only']
const quick = process.argv.includes('--quick')
const testsOnly = process.argv.includes('--tests-only')
const jestArguments = process.argv.slice(2).filter((word) => !own.includes(word))

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  // The children got it too; what is open is closed on the way out.
  process.on(signal, () => (process.exitCode = 130))
}

const scratch = mkdtempSync(join(tmpdir(), 'sleepwell-test-'))
chmodSync(scratch, 0o755)
try {
  if (!testsOnly) {
    await step('format', 'oxfmt', ['--check'])
    await step('lint', 'oxlint', [])
    await step('types', 'tsc', [])
  }
  if (quick) await jest(['--selectProjects', 'unit', ...jestArguments])
  else await withEngines()
} catch (error) {
  process.exitCode ||= 1
  console.error(error instanceof Error ? error.message : error)
} finally {
  rmSync(scratch, { recursive: true, force: true })
}

async function withEngines(): Promise<void> {
  await using postgres = await startPostgres({
    directory: join(scratch, 'postgres'),
    password: 'test',
    settings: { fsync: 'off', max_connections: '300', wal_level: 'logical' },
  })
  await prepareDatabases(postgres.url, () => 'test')
  process.env.TEST_POSTGRES_URL = postgres.url
  await jest(jestArguments)
}

async function jest(words: readonly string[]): Promise<void> {
  const results = join(scratch, 'results.json')
  const env = {
    ...process.env,
    NODE_OPTIONS: '--experimental-vm-modules --disable-warning=ExperimentalWarning',
  }
  const flags = ['--json', `--outputFile=${results}`, ...words]
  const status = await command(
    'node',
    [join(root, 'node_modules/jest/bin/jest.js'), ...flags],
    env,
    ['ignore', 'ignore', 'inherit'],
  )
  const { numPassedTests, numFailedTests, numRuntimeErrorTestSuites } = JSON.parse(
    readFileSync(results, 'utf8'),
  ) as Record<string, number>
  console.log(
    `${numPassedTests} passed, ${(numFailedTests ?? 0) + (numRuntimeErrorTestSuites ?? 0)} failed`,
  )
  if (status !== 0) process.exitCode = 1
}

async function step(name: string, tool: string, words: readonly string[]): Promise<void> {
  console.log(`— ${name}`)
  const status = await command(join(root, 'node_modules/.bin', tool), words, process.env, 'inherit')
  if (status !== 0) throw new Error(`${name} failed`)
}

function command(
  file: string,
  words: readonly string[],
  env: NodeJS.ProcessEnv,
  stdio: 'inherit' | ['ignore', 'ignore', 'inherit'],
): Promise<number | null> {
  return new Promise((resolve, reject) => {
    spawn(file, words, { cwd: root, env, stdio }).once('error', reject).once('close', resolve)
  })
}
