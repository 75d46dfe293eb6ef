import { Listr } from 'listr2'

type Step = <T>(title: string, run: () => Promise<T>) => Promise<T>

/** A step is shown on a terminal while it runs, and is a line elsewhere. It rejects as soon as `stop` is aborted. */
export function createSteps(stop: AbortSignal): Step {
  const stopped = new Promise<never>((_resolve, reject) => {
    stop.addEventListener('abort', () => reject(stop.reason), { once: true })
  })
  stopped.catch(() => {})
  return (title, run) => {
    stop.throwIfAborted()
    if (process.stdout.isTTY) return showOnTerminal(title, () => Promise.race([stopped, run()]))
    console.log(title)
    return Promise.race([stopped, run()])
  }
}

// Line by line, not by redrawing: the services write to the same terminal.
async function showOnTerminal<T>(title: string, run: () => Promise<T>): Promise<T> {
  const done = Promise.withResolvers<T>()
  const task = async () => done.resolve(await run())
  await new Listr([{ title, task }], { renderer: 'simple', registerSignalListeners: false }).run()
  return done.promise
}
