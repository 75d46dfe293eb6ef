import type { StopRequest } from '@sleepwell/deploy-local/stop-request'
import type { Inventory } from './inventory.ts'
import { type Found, lookAround } from './look-around.ts'
import { openPlace, type Place } from './place.ts'
import { type Kind, openRecord, type RecordFile, type UnderWay, underWayIn } from './record.ts'
import { rollBack } from './roll-back.ts'
import { rollOut } from './roll-out.ts'

export type Outcome = 'released' | 'rolled back' | 'refused' | 'needs a person'

export interface Run {
  readonly inventory: Inventory
  readonly timeScale: number
  readonly request: StopRequest
  readonly say: (what: string) => void
}

/** Undoes what an earlier run has left half done; `'released'` if there is nothing of the kind, or nothing any more. */
export async function recover(run: Run): Promise<'released' | 'needs a person'> {
  const { inventory, say } = run
  const underWay = underWayIn(inventory.records)
  const state = underWay.read()
  if (state === undefined) return 'released'
  say(`${state.release} was cut short (${state.record}); it is rolled back first`)
  const place = openPlace(inventory, run.timeScale, { say, keep: () => {} })
  const failed = await rollBack(place, state, run.request.hurry)
  if (failed.length > 0) {
    tellPerson(run, failed)
    return 'needs a person'
  }
  underWay.clear()
  say(`${state.previous} serves on all servers`)
  return 'released'
}

export async function release(
  run: Run,
  { kind, name }: { readonly kind: Kind; readonly name: string },
): Promise<Outcome> {
  const { inventory, timeScale } = run
  const { service, records } = inventory
  const file = openRecord(records, { release: name, kind, service, timeScale }, new Date())
  const { record, save } = file
  const place = openPlace(inventory, timeScale, {
    say: (what) => {
      record.steps.push({ at: new Date().toISOString(), what })
      save()
      run.say(what)
    },
    keep: (look) => void record.looks.push(look),
  })
  const end = (verdict: Outcome, why: string | undefined) => {
    record.endedAt = new Date().toISOString()
    record.verdict = verdict
    if (why !== undefined) record.why = why
    place.say(`${name}: ${verdict}${why === undefined ? '' : `. ${why}`}`)
    run.say(`record: ${file.path}`)
    return verdict
  }
  let found: Found
  try {
    found = await lookAround(place, name)
    run.request.stop.throwIfAborted()
  } catch (error) {
    return end('refused', `Nothing was touched: ${messageOf(error)}`)
  }
  const [verdict, why] = await tryIt(run, place, file, found)
  return end(verdict, why)
}

async function tryIt(
  run: Run,
  place: Place,
  { record, path }: RecordFile,
  { previous, weights }: Found,
): Promise<[Outcome, why?: string]> {
  const underWay = underWayIn(run.inventory.records)
  record.previous = previous
  const state: UnderWay = {
    record: path,
    release: record.release,
    previous,
    touched: record.ran,
    weights: Object.fromEntries(weights),
  }
  try {
    await rollOut(place, {
      release: record.release,
      usual: weights,
      touch: ({ name }) => {
        record.canary ??= name
        record.ran.push(name)
        underWay.write(state)
      },
      stop: run.request.stop,
    })
    underWay.clear()
    return ['released']
  } catch (error) {
    const why = run.request.stop.aborted ? 'It was interrupted' : messageOf(error)
    place.say(`rolling back: ${why}`)
    const failed = await rollBack(place, state, run.request.hurry)
    if (failed.length === 0) {
      underWay.clear()
      return ['rolled back', why]
    }
    tellPerson(run, failed)
    return ['needs a person', [why, ...failed].join('; ')]
  }
}

function tellPerson({ say }: Run, failed: readonly string[]): void {
  say('IT COULD NOT BE ROLLED BACK. Mend this, then run it with --recover:')
  for (const one of failed) say(`  ${one}`)
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
