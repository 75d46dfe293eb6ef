import { renameSync, writeFileSync } from 'node:fs'
import type { Program } from './supervise.ts'

/** The same program, whose process id is in `file` from each start on. */
export function withPidFile<P extends Program>(program: P, file: string): P {
  return {
    ...program,
    spawn: () => {
      const child = program.spawn()
      writeFileSync(`${file}.new`, String(child.pid))
      renameSync(`${file}.new`, file)
      return child
    },
  }
}
