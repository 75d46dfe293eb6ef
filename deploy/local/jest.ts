import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root, runTool } from './tool.ts'

export interface TestOutcome {
  readonly passed: boolean
  /** The closing line; undefined when Jest did not come to its end. */
  readonly counts: string | undefined
}

/** @param results file for what Jest reports */
export async function runJest(
  words: readonly string[],
  env: Record<string, string>,
  results: string,
  stop: AbortSignal,
): Promise<TestOutcome> {
  const jest = join(root, 'node_modules/jest/bin/jest.js')
  const status = await runTool(
    process.execPath,
    [jest, '--json', `--outputFile=${results}`, ...words],
    {
      stop,
      silent: true, // the same results again
      env: {
        ...process.env,
        ...env,
        NODE_OPTIONS: '--experimental-vm-modules --disable-warning=ExperimentalWarning',
      },
    },
  )
  const counts = existsSync(results) ? countsOf(readFileSync(results, 'utf8')) : undefined
  return { passed: status === 0, counts }
}

/** A file that did not even load counts as a failed test. */
function countsOf(json: string): string {
  const of = JSON.parse(json) as Record<string, number>
  const count = (...names: string[]) => names.reduce((sum, name) => sum + (of[name] ?? 0), 0)
  const skipped = count('numPendingTests', 'numTodoTests')
  const failed = count('numFailedTests', 'numRuntimeErrorTestSuites')
  return `${count('numPassedTests')} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`
}
