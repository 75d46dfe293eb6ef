import { fdatasync, write } from 'node:fs'
import { open, type FileHandle } from 'node:fs/promises'
import { dirname } from 'node:path'
import { makeSpool, segmentPath, syncDirectory } from './spool-directory.ts'

export interface SegmentWriterOptions {
  readonly directory: string
  readonly segmentBytes: number
  /** `strict`: an append is done when it would survive a power cut; otherwise the disk is asked for that every 50 ms. */
  readonly durability: 'process' | 'strict'
  readonly failed: (error: unknown) => void
}

/** Runs calls to the disk one after the other. */
export type DiskCall = <T>(call: () => Promise<T>) => Promise<T>

/** Appends to numbered files, made when first needed: a disk that is full or read-only fails appends, not the start. */
export interface SegmentWriter extends AsyncDisposable {
  /** One at a time. After a rejection the same bytes may be appended again. */
  readonly append: (bytes: Buffer) => Promise<void>
  /** Where the next append begins. */
  readonly end: () => { readonly segment: number; readonly offset: number }
  /** For what else this process writes: in turn with the syncs, so that beside an append one call is in flight. */
  readonly inTurn: DiskCall
}

const syncEveryMs = 50

export function createSegmentWriter(options: SegmentWriterOptions): SegmentWriter {
  const { directory, durability, failed } = options
  let segment = 1
  let offset = 0
  let file: FileHandle | undefined
  let torn = false // bytes of an append that failed may stand beyond the end
  let unsynced = false
  let syncing: Promise<void> = Promise.resolve()

  const syncer = setInterval(() => {
    if (!unsynced || file === undefined) return
    unsynced = false
    const one = file
    syncing = syncing.then(() => sync(one)).catch(failed)
  }, syncEveryMs)

  const openFirst = async () => {
    await makeSpool(directory)
    const first = await openSegment(segment)
    await synced(dirname(directory))
    return first
  }

  const openSegment = async (number: number) => {
    const opened = await open(segmentPath(directory, number), 'w', 0o600)
    await synced(directory)
    return opened
  }

  // A busy disk takes its time, and only `strict` promises that somebody waits for it.
  const synced = async (of: string) => {
    syncing = syncing.then(() => syncDirectory(of)).catch(failed)
    if (durability === 'strict') await syncing
  }

  // Also after a failure: on a full disk an older segment can be removed once it is shipped, and so make room.
  const rotate = async (full: FileHandle) => {
    const next = await openSegment(segment + 1)
    const end = offset
    file = next
    segment += 1
    offset = 0
    syncing = syncing.then(() => finish(full, end)).catch(failed)
    return next
  }

  return {
    append: async (bytes) => {
      file ??= await openFirst()
      const rotates = offset >= options.segmentBytes || (torn && offset > 0)
      const to = rotates ? await rotate(file) : file
      torn = true
      await writeAll(to, bytes, offset)
      if (durability === 'strict') await sync(to)
      torn = false
      unsynced = durability === 'process'
      offset += bytes.length
    },
    end: () => ({ segment, offset }),
    inTurn: (call) => {
      const done = syncing.then(call)
      syncing = settled(done)
      return done
    },
    [Symbol.asyncDispose]: async () => {
      clearInterval(syncer)
      await syncing
      if (file !== undefined) await finish(file, offset).catch(failed)
    },
  }
}

/** Whoever asked for it hears how it ended. */
async function settled(call: Promise<unknown>): Promise<void> {
  await call.catch(() => {})
}

async function finish(file: FileHandle, end: number): Promise<void> {
  try {
    await file.truncate(end)
    await sync(file)
  } finally {
    await file.close()
  }
}

// On the thread pool: a synchronous write is faster, until the file system freezes and the process with it.
async function writeAll(file: FileHandle, bytes: Buffer, offset: number): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    done += await new Promise<number>((resolve, reject) => {
      write(file.fd, bytes, done, bytes.length - done, offset + done, (error, count) =>
        error ? reject(error) : resolve(count),
      )
    })
  }
}

function sync(file: FileHandle): Promise<void> {
  return new Promise((resolve, reject) => {
    fdatasync(file.fd, (error) => (error ? reject(error) : resolve()))
  })
}
