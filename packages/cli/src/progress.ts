import type { World } from './context.ts'

export interface Progress {
  readonly tick: (rows: number, refused: number) => void
  readonly end: () => void
}

const width = 30
/** Terminals are drawn so often, logs get a line after so many. */
const drawMs = 100
const lineEach = 1000

/** How far it is, for whoever looks on: a bar on a terminal, now and then a line in a log. */
export function createProgress(
  { err, errIsTerminal }: Pick<World, 'err' | 'errIsTerminal'>,
  done: number,
  refused: number,
  total: number,
  now: () => number,
): Progress {
  const startedAt = now()
  let [count, failures, drawnAt, saidAt] = [done, refused, 0, done]
  const text = () => {
    const perSecond = Math.round(((count - done) * 1000) / Math.max(1, now() - startedAt))
    const failed = failures === 0 ? '' : `, ${failures} refused`
    return `${count} of ${total}${failed}, ${perSecond}/s`
  }
  const draw = () => {
    drawnAt = now()
    const filled = Math.round((width * count) / Math.max(1, total))
    err(`\r[${'#'.repeat(filled)}${' '.repeat(width - filled)}] ${text()}\u001b[K`)
  }
  return {
    tick: (rows, more) => {
      count += rows
      failures += more
      if (errIsTerminal && now() - drawnAt >= drawMs) draw()
      if (errIsTerminal || count - saidAt < lineEach) return
      saidAt = count
      err(`${text()}\n`)
    },
    end: () => {
      if (errIsTerminal) draw()
      err(errIsTerminal ? '\n' : `${text()}\n`)
    },
  }
}
