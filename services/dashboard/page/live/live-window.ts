// Clicks as they come, second by second.
import type { LiveClicks } from '@sleepwell/contracts/report'

export interface Pulse {
  /** Milliseconds since the epoch, whole seconds. */
  readonly at: number
  readonly human: number
  readonly bot: number
}

export interface LinkPulse {
  readonly at: number
  readonly linkId: string
  readonly human: number
  readonly bot: number
}

export interface LiveWindow {
  /** Since when it is known, by the clock of this browser. */
  readonly since: number
  readonly pulses: readonly Pulse[]
  /** Newest first. */
  readonly latest: readonly LinkPulse[]
  readonly gaps: number
}

export const windowSeconds = 60
const keptLatest = 40

export function openWindow(now: number): LiveWindow {
  return { since: now, pulses: [], latest: [], gaps: 0 }
}

/** @param now by the clock of this browser: the server's may differ */
export function withClicks(
  window: LiveWindow,
  { totals, links }: LiveClicks,
  now: number,
): LiveWindow {
  const at = Math.floor(now / 1000) * 1000
  const { human, bot } = totals
  const arrived = links.map((link) => ({
    at,
    linkId: link.linkId,
    human: link.human,
    bot: link.bot,
  }))
  return {
    ...window,
    pulses: [
      ...window.pulses.filter((pulse) => pulse.at > at - windowSeconds * 1000),
      { at, human, bot },
    ],
    latest: [...arrived, ...window.latest].slice(0, keptLatest),
  }
}

/** Some clicks may not have been told: what is known begins anew. */
export function withGap(window: LiveWindow, now: number): LiveWindow {
  return { ...window, since: now, pulses: [], gaps: window.gaps + 1 }
}

export interface Minute {
  readonly human: number
  readonly bot: number
  /** 60, or fewer where it is not known for so long. */
  readonly seconds: number
  /** Oldest first; undefined: not known. */
  readonly bars: readonly (number | undefined)[]
}

export function minuteOf({ pulses, since }: LiveWindow, now: number, bots: boolean): Minute {
  const end = Math.floor(now / 1000) * 1000
  const start = end - (windowSeconds - 1) * 1000
  const recent = pulses.filter(({ at }) => at >= start && at <= end)
  const counts = new Map<number, number>()
  for (const { at, human, bot } of recent)
    counts.set(at, (counts.get(at) ?? 0) + human + (bots ? bot : 0))
  const known = Math.floor(since / 1000) * 1000
  return {
    human: recent.reduce((sum, pulse) => sum + pulse.human, 0),
    bot: recent.reduce((sum, pulse) => sum + pulse.bot, 0),
    seconds: Math.min(windowSeconds, Math.max(1, Math.round((end - known) / 1000))),
    bars: Array.from({ length: windowSeconds }, (_, i) => {
      const at = start + i * 1000
      return at < known ? undefined : (counts.get(at) ?? 0)
    }),
  }
}
