// A limited link is followed only by who has a claim, and only the primary hands claims out. A link of which everybody
// wants one costs one call after the other, not one per visitor: who comes while a call is under way joins the next. The
// primary being slow or away has its home here.
import type { CachedLink } from '@sleepwell/contracts/cached-link'
import { LRUCache } from 'lru-cache'
import type { ClickDraft } from './describe-click.ts'

/** `unclaimed`: the primary did not say in time. If it granted, that is spent: asking again could exceed the limit. */
export type Claim = 'granted' | 'gone' | 'unclaimed'

/** Never rejects. A click that counts as a bot's, so also HEAD and prefetch, claims nothing. */
export type ClaimClick = (
  link: Pick<CachedLink, 'id' | 'position' | 'startsAt'>,
  click: Pick<ClickDraft, 'bot'>,
) => Promise<Claim>

export interface ClaimClickDeps {
  /** Resolves to how many of `wanted` are granted. Aborted: nobody waits for it any more. */
  readonly claim: (linkId: string, wanted: number, signal: AbortSignal) => Promise<number>
  /** Resolves when visitors have waited long enough for one call; rejects when aborted before. */
  readonly deadline: (signal: AbortSignal) => Promise<void>
  /** Milliseconds since the epoch. */
  readonly clock: () => number
}

interface Waiting {
  readonly link: Parameters<ClaimClick>[0]
  readonly answer: (claim: Claim) => void
}

/** Of one link, those who wait for the call that is under way to end. */
interface Line {
  readonly waiting: Waiting[]
  late: boolean
}

const maxWaiting = 1000
const maxUsedUp = 10_000
/** Clocks of two machines differ: what has started here may yet have to start at the primary. */
const clocksDifferMs = 60_000
/** Whether it has started there by now. */
const askAgainMs = 1000

export function createClaimClick(deps: ClaimClickDeps): ClaimClick {
  const lines = new Map<string, Line>()
  // By the state of the link: while that lasts nothing is given back, and a raised limit is another state.
  const usedUpUntil = new LRUCache<string, number>({ max: maxUsedUp })

  const refused = (link: Waiting['link']): Claim => {
    const now = deps.clock()
    const justStarted = now - (link.startsAt ?? 0) < clocksDifferMs
    usedUpUntil.set(stateOf(link), justStarted ? now + askAgainMs : Infinity)
    return 'gone'
  }

  const call = async (linkId: string, line: Line): Promise<void> => {
    const group = line.waiting.splice(0)
    const ended = new AbortController()
    const tooLate = new AbortController()
    const giveUp = () => {
      for (const { answer } of [...group, ...line.waiting.splice(0)]) answer('unclaimed')
    }
    const passed = () => {
      line.late = true
      tooLate.abort()
      giveUp()
    }
    deps
      .deadline(ended.signal)
      .then(passed)
      .catch(() => {}) // in time
    try {
      const granted = await deps.claim(linkId, group.length, tooLate.signal)
      for (const [i, { link, answer }] of group.entries())
        answer(i < granted ? 'granted' : refused(link))
    } catch {
      // Who waited for it would only wait longer.
      giveUp()
    } finally {
      ended.abort()
      line.late = false
    }
  }

  const serve = async (linkId: string, line: Line): Promise<void> => {
    while (line.waiting.length > 0) await call(linkId, line)
    lines.delete(linkId)
  }

  return async (link, { bot }) => {
    if ((usedUpUntil.get(stateOf(link)) ?? 0) > deps.clock()) return 'gone'
    // Who is no person takes nothing away from one.
    if (bot) return 'granted'
    const line = lines.get(link.id)
    if (line?.late === true || (line?.waiting.length ?? 0) >= maxWaiting) return 'unclaimed'
    return await new Promise<Claim>((answer) => {
      if (line !== undefined) {
        line.waiting.push({ link, answer })
        return
      }
      const opened: Line = { waiting: [{ link, answer }], late: false }
      lines.set(link.id, opened)
      void serve(link.id, opened)
    })
  }
}

function stateOf({ id, position }: Pick<CachedLink, 'id' | 'position'>): string {
  return `${id} ${position}`
}
