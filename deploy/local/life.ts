import type { ChildProcess } from 'node:child_process'

/** One run of a program, from its start to its end. */
export interface Life {
  /** How it ended, in words. */
  readonly ended: Promise<string>
  readonly isOver: () => boolean
  /** Harmless when it is over. */
  readonly send: (signal: NodeJS.Signals) => void
}

export function followLife(child: ChildProcess): Life {
  let over = false
  let said = ''
  // Only of a program that does not write to our terminal by itself.
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-4000)
  })
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => {
      over = true
      resolve(error.message)
    })
    child.once('exit', (code, signal) => {
      over = true
      const how = signal ?? `exit code ${code}`
      // What it said last may still be in the pipe.
      const tell = () => resolve(signal === 'SIGKILL' ? how : withLastWords(how, said))
      setTimeout(tell, child.stderr ? 20 : 0)
    })
  })
  return {
    ended,
    isOver: () => over,
    send: (signal) => {
      if (over || child.pid === undefined) return
      try {
        // Nobody may outlive a kill: the program leads a process group, which `node --watch` is not alone in.
        process.kill(signal === 'SIGKILL' ? -child.pid : child.pid, signal)
      } catch {
        // It has just ended.
      }
    },
  }
}

/** The errors that it reported last, without their time stamps. */
function withLastWords(how: string, said: string): string {
  const errors = said.split('\n').filter((line) => /\b(FATAL|PANIC|error)\b/u.test(line))
  const last = errors.at(-1)?.replace(/^.*?(?=FATAL|PANIC|error)/u, '')
  return last === undefined ? how : `${how}, ${last}`
}
