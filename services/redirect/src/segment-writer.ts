import { fdatasync, write } from 'node:fs'
import { open, type FileHandle } from 'node:fs/promises'
import { makeSpool, segmentPath } from './spool-directory.ts'

export interface SegmentWriterOptions {
  readonly directory: string
  readonly segmentBytes: number
  /** `strict`: an append is done when it would survive a power cut; otherwise that follows within 50 ms. */
  readonly durability: 'process' | 'strict'
  readonly failed: (error: unknown) => void
}

/** Appends to numbered files. At most one append at a time; it and a sync are the only disk calls in flight. */
export interface SegmentWriter extends AsyncDisposable {
  /** After a rejection the same bytes may be appended again: they overwrite what was written of them. */
  readonly append: (bytes: Buffer) => Promise<void>
  /** Where the next append begins. */
  readonly end: () => { readonly segment: number; readonly offset: number }
}

const syncEveryMs = 50

export async function openSegmentWriter(options: SegmentWriterOptions): Promise<SegmentWriter> {
  await makeSpool(options.directory)
  const openSegment = (number: number) => open(segmentPath(options.directory, number), 'w', 0o600)
  let segment = 1
  let offset = 0
  let file = await openSegment(segment)
  let unsynced = false
  let syncing = false

  const syncer = setInterval(() => {
    if (!unsynced || syncing) return
    unsynced = false
    syncing = true
    sync(file)
      .catch(options.failed)
      .finally(() => (syncing = false))
  }, syncEveryMs)

  const rotate = async () => {
    const next = await openSegment(segment + 1)
    const full = file
    file = next
    segment += 1
    offset = 0
    await sync(full)
    // A sync under way may still hold the old one; it is closed when nothing refers to it any more.
    if (!syncing) await full.close()
    else setTimeout(() => void full.close().catch(options.failed), 10 * syncEveryMs)
  }

  return {
    append: async (bytes) => {
      if (offset >= options.segmentBytes) await rotate()
      await writeAll(file, bytes, offset)
      if (options.durability === 'strict') await sync(file)
      else unsynced = true
      offset += bytes.length
    },
    end: () => ({ segment, offset }),
    [Symbol.asyncDispose]: async () => {
      clearInterval(syncer)
      await sync(file)
      await file.close()
    },
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
