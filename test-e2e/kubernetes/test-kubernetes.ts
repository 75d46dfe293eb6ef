// `npm run test:kubernetes`: the manifests in k8s, and the images, on a real cluster that is there for it.
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { kubectlProgram } from '@sleepwell/deploy-kubernetes/kustomize'
import { exitCodeFor, sentenceFor } from '@sleepwell/deploy-local/cannot-start'
import { ensureInstalled } from '@sleepwell/deploy-local/install-packages'
import { listenForStop, type StopRequest } from '@sleepwell/deploy-local/stop-request'
import { proofs } from './catalogue.ts'
import { openStage } from './open-stage.ts'
import { type Options, readOptions, usage } from './options.ts'
import type { Figures, Proof, Stage } from './stage.ts'

interface Result {
  readonly outcome: 'passed' | 'failed' | 'left out'
  readonly figures?: Figures
  readonly why?: string
}

const startedAt = performance.now()

function say(line: string): void {
  console.log(`${((performance.now() - startedAt) / 1000).toFixed(0).padStart(5)} s  ${line}`)
}

async function main(request: StopRequest): Promise<number> {
  const options = readOptions(process.argv.slice(2))
  if (options === 'help') console.log(usage)
  if (options === 'list') for (const { name, promise } of proofs) console.log(`${name}: ${promise}`)
  if (typeof options === 'string') return 0
  await ensureInstalled('stack', { say, stop: request.stop })
  const scratch = mkdtempSync(join(tmpdir(), 'sleepwell-kubernetes-'))
  // Postgres does not run as root, and has to get there.
  chmodSync(scratch, 0o755)
  try {
    const program = await kubectlProgram()
    await using stage = await openStage(options, { program, scratch, say, request })
    return closing(options, await proveAll(options.proofs, stage))
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}

async function proveAll(chosen: readonly Proof[], stage: Stage): Promise<Map<string, Result>> {
  const results = new Map<string, Result>()
  let sound = true
  for (const proof of chosen) {
    say(`${proof.name}: ${proof.promise}`)
    const result = sound ? await prove(proof, stage) : failed('what it stands on failed')
    if (result.outcome === 'failed' && proof.foundation === true) sound = false
    results.set(proof.name, result)
    const said = result.why ?? Object.entries(result.figures ?? {}).map((pair) => pair.join(' '))
    say(`${proof.name}: ${result.outcome.toUpperCase()} ${[said].flat().join(', ')}`)
    stage.stop.throwIfAborted()
  }
  return results
}

async function prove(proof: Proof, stage: Stage): Promise<Result> {
  try {
    const found = await proof.run({ ...stage, say: (line) => say(`  ${line}`) })
    if (typeof found.leftOut === 'string') return { outcome: 'left out', why: found.leftOut }
    return { outcome: 'passed', figures: found }
  } catch (error) {
    return failed(error instanceof Error ? error.message : String(error))
  }
}

function failed(why: string): Result {
  return { outcome: 'failed', why }
}

function closing({ json }: Options, results: ReadonlyMap<string, Result>): number {
  const count = (outcome: Result['outcome']) =>
    [...results.values()].filter((result) => result.outcome === outcome).length
  if (json !== undefined)
    writeFileSync(json, `${JSON.stringify(Object.fromEntries(results), undefined, 2)}\n`)
  const leftOut = count('left out')
  console.log(
    `${count('passed')} passed, ${count('failed')} failed${leftOut > 0 ? `, ${leftOut} left out` : ''}`,
  )
  return count('failed') === 0 ? 0 : 1
}

using request = listenForStop(say)
try {
  process.exitCode = await main(request)
} catch (error) {
  console.error(request.stop.aborted ? 'Stopped before the end.' : sentenceFor(error, tmpdir()))
  process.exitCode = request.stop.aborted ? 130 : exitCodeFor(error)
}
