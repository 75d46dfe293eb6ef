// `npm test`: format, lint, types, then every test against engines that are started once and always stopped.
// `npm run check` (--quick) leaves the engines, and the tests that need them, out; --tests-only leaves format, lint and
// types out. Further words go to Jest.
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ensureInstalled } from './install-packages.ts'
import { runJest } from './jest.ts'
import { listenForStop } from './stop-request.ts'
import { startTestEngines } from './engines-for-tests.ts'
import { root, runTool } from './tool.ts'

const own = ['--quick', '--tests-only']
const quick = process.argv.includes('--quick')
const testsOnly = process.argv.includes('--tests-only')
const jestArguments = process.argv.slice(2).filter((word) => !own.includes(word))

using request = listenForStop(console.error)
// Of this run alone: another one may be under way beside it.
const scratch = mkdtempSync(join(tmpdir(), 'sleepwell-test-'))
chmodSync(scratch, 0o755)
let closing: string | undefined
try {
  const supervision = { say: console.error, hurry: request.hurry }
  if (!quick) await ensureInstalled('tests', { say: console.error, stop: request.stop })
  await using engines = quick ? undefined : startTestEngines(scratch, supervision)
  if (!testsOnly) {
    await step('format', 'oxfmt', ['--check'])
    await step('lint', 'oxlint', [])
    await step('types', 'tsc', [])
    await step('types of the page', 'tsc', ['--project', 'services/dashboard/page'])
  }
  if (engines === undefined) await jest([...jestArguments, '--selectProjects', 'unit'])
  else await jest(jestArguments, await engines.env)
} catch (error) {
  process.exitCode = 1
  console.error(error instanceof Error ? error.message : error)
} finally {
  rmSync(scratch, { recursive: true, force: true })
}
if (closing !== undefined) console.log(closing)

async function jest(words: readonly string[], env: Record<string, string> = {}): Promise<void> {
  const outcome = await runJest(words, env, join(scratch, 'results.json'), request.stop)
  closing = outcome.counts
  if (!outcome.passed) process.exitCode = 1
}

async function step(name: string, tool: string, words: readonly string[]): Promise<void> {
  console.log(`— ${name}`)
  const file = join(root, 'node_modules/.bin', tool)
  const status = await runTool(file, words, { stop: request.stop })
  if (status !== 0) throw new Error(`${name} failed`)
}
