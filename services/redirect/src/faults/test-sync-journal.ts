// For tests, as a preload: writes down what has reached the disk for good, so that a test can leave that alone behind, as
// a power cut does. `?journal=FILE`; with `&sync=never` nothing reaches it, as if nobody called fdatasync.
import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'

export interface Synced {
  readonly file: string
  /** So many bytes of it would be there after a power cut. */
  readonly size: number
}

const { searchParams } = new URL(import.meta.url)
const journal = searchParams.get('journal')
const never = searchParams.get('sync') === 'never'

if (journal !== null) {
  const { fdatasync } = fs
  const watched = (fd: number, done: (error: NodeJS.ErrnoException | null) => void) => {
    const synced: Synced = {
      file: fs.readlinkSync(`/proc/self/fd/${fd}`),
      size: fs.fstatSync(fd).size,
    }
    if (never) return process.nextTick(done, null)
    fdatasync(fd, (error) => {
      if (error === null) fs.appendFileSync(journal, `${JSON.stringify(synced)}\n`)
      done(error)
    })
  }
  if (!Reflect.set(fs, 'fdatasync', watched)) throw new TypeError('syncs cannot be watched')
  syncBuiltinESMExports()
}
