// What a drill showed: what held, and what was the fault's own doing.
import type { DrillState } from '../../src/reliability.ts'
import { plural, showCount } from '../report/format.ts'

export function drillVerdict(drill: DrillState): {
  readonly look: 'good' | 'warn' | 'bad'
  readonly words: string
} {
  if (broken(drill).length > 0) return { look: 'bad', words: 'not held' }
  if (drill.unseen.length > 0) return { look: 'warn', words: 'the checker was blind' }
  if (drill.redirectsFailed + drill.writesLostWithFault === 0)
    return { look: 'good', words: 'nothing lost' }
  const failed = drill.redirectsFailedElsewhere ?? drill.redirectsFailed
  return failed <= drill.redirectsAllowed && drill.writesLostWithFault === 0
    ? { look: 'good', words: 'held' }
    : { look: 'warn', words: 'held, at a price' }
}

export function sayDrill(drill: DrillState): string {
  const { recoverySeconds, unseen } = drill
  const sentences = [
    ...broken(drill).map((words) => `Not held: ${words}`),
    ...(unseen.length > 0 ? [`The checker did not see a planted ${unseen.join(', nor a ')}`] : []),
    ...(broken(drill).length === 0 && unseen.length === 0 ? [sayHeld(drill)] : []),
    sayFailed(drill),
    // 0: at no time was it less than whole.
    ...(recoverySeconds ? [`Whole again after ${recoverySeconds.toFixed(0)} s`] : []),
  ]
  return sentences.map((sentence) => `${sentence}.`).join(' ')
}

/** Whatever the counts say has a violation too; where it has none, they are believed. */
function broken({ violations, clicksLost, clicksDoubled, writesLost }: DrillState): string[] {
  if (violations.length > 0) return [violations.join(', ')]
  if (clicksLost + clicksDoubled + writesLost === 0) return []
  return [`${clicksLost} clicks lost, ${clicksDoubled} doubled, ${writesLost} writes lost`]
}

function sayHeld({ writesLostWithFault: gone }: DrillState): string {
  const clicks = 'No click was lost or counted twice'
  return gone === 0
    ? `${clicks}, no write was lost`
    : `${clicks}; ${plural(gone, 'write')} went with what was lost, and no other`
}

function sayFailed(drill: DrillState): string {
  const { redirectsAsked, redirectsFailed: failed, redirectsFailedElsewhere: elsewhere } = drill
  const asked = `${showCount(redirectsAsked)} redirects`
  if (failed === 0) return `All of ${asked} were answered`
  if (elsewhere !== null)
    return `${showCount(failed - elsewhere)} of ${asked} failed in what was broken on purpose, ${showCount(elsewhere)} elsewhere`
  const { lastFailedSeconds: last, faultSeconds } = drill
  if (last === null) return `${showCount(failed)} of ${asked} failed`
  const when = last <= faultSeconds ? 'while the fault lasted' : 'not only while the fault lasted'
  return `${showCount(failed)} of ${asked} failed, ${when}: the last ${last.toFixed(0)} s after it began`
}
