// People who create, change and delete links one after the other, also while nobody takes it.
import { setTimeout as sleep } from 'node:timers/promises'
import { until } from '../api.ts'
import type { LinkWriter } from './link-writer.ts'

export interface Writing extends AsyncDisposable {
  /** Resolves once something was acknowledged after that time, by performance.now(). */
  readonly acknowledgedSince: (time: number) => Promise<void>
  /** A link whose latest edit led it elsewhere. */
  readonly latestChanged: () => string
  /** To how many writes were acknowledged, how many not, and the longest time without an acknowledgement. */
  readonly stop: () => Promise<{ acknowledged: number; refused: number; awayMs: number }>
}

const pauseMs = 10

export function keepWriting(writer: LinkWriter): Writing {
  const living: string[] = []
  let [acknowledged, refused, awayMs] = [0, 0, 0]
  let lastAt = performance.now()
  let latestChanged = ''
  let stopped = false

  const note = (isAcknowledged: boolean) => {
    if (!isAcknowledged) {
      refused++
      return
    }
    acknowledged++
    awayMs = Math.max(awayMs, performance.now() - lastAt)
    lastAt = performance.now()
  }
  const takeOne = () => living.splice(Math.floor(Math.random() * living.length), 1)[0]
  const writeOne = async (i: number) => {
    const destination = `https://example.com/written-${i}`
    const slug = i % 3 === 0 ? undefined : takeOne()
    if (slug === undefined) {
      const created = await writer.create(`written-${i}`, destination)
      if (created) living.push(`written-${i}`)
      note(created)
    } else if (i % 3 === 1) {
      const changed = await writer.change(slug, destination)
      // Of one that was refused nobody knows how it is now.
      if (changed) {
        living.push(slug)
        latestChanged = slug
      }
      note(changed)
    } else note(await writer.remove(slug))
  }
  const writing = (async () => {
    for (let i = 0; !stopped; i++) {
      await writeOne(i)
      await sleep(pauseMs)
    }
  })()
  const stop = async () => {
    stopped = true
    await writing
    return { acknowledged, refused, awayMs }
  }
  return {
    latestChanged: () => latestChanged,
    acknowledgedSince: async (time) => {
      await until(
        async () => lastAt,
        (at) => at > time && acknowledged > 0,
      )
    },
    stop,
    [Symbol.asyncDispose]: async () => void (await stop()),
  }
}
