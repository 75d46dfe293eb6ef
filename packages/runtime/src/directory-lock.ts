// One process, one directory. The lock is a listening unix socket in it: the kernel lets go of it however its
// holder dies. Sockets are numbered, and the highest living one holds the lock: so a starter that meets a dead one
// never has to remove a name that somebody else may just have taken.
import { linkSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs'
import { connect, createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

/** A socket's path may have 103 bytes on macOS, 107 on Linux; a longer one is reached by a short link to its directory. */
const longestPath = 70

const lockName = /^lock\.(\d+)$/u

/** Holds `directory` (made if absent) until disposed; `'in use'` if another living process holds it. */
export async function lockDirectory(directory: string): Promise<AsyncDisposable | 'in use'> {
  mkdirSync(directory, { recursive: true })
  const path = resolve(directory)
  if (Buffer.byteLength(path) <= longestPath) return await acquire(path)
  const short = mkdtempSync(join(tmpdir(), 'sleepwell-'))
  symlinkSync(path, join(short, 'd'))
  try {
    return await acquire(join(short, 'd'))
  } finally {
    rmSync(short, { recursive: true })
  }
}

async function acquire(directory: string): Promise<AsyncDisposable | 'in use'> {
  const unique = join(directory, `lock-${process.pid}-${Math.random().toString(36).slice(2)}`)
  const server = createServer((socket) => socket.destroy()).unref()
  await new Promise<void>((done, failed) => server.once('error', failed).listen(unique, done))
  try {
    for (;;) {
      const highest = numbers(directory).at(-1) ?? 0
      if (highest > 0 && (await answers(join(directory, `lock.${highest}`)))) {
        await stop(server)
        return 'in use'
      }
      const mine = highest + 1
      // Somebody else took this number, or a higher one, in the meantime: look again.
      if (!linked(unique, join(directory, `lock.${mine}`))) continue
      const now = numbers(directory)
      if (now.at(-1) !== mine) {
        rmSync(join(directory, `lock.${mine}`), { force: true })
        continue
      }
      for (const older of now.slice(0, -1))
        rmSync(join(directory, `lock.${older}`), { force: true })
      return { [Symbol.asyncDispose]: () => stop(server) }
    }
  } finally {
    rmSync(unique, { force: true })
  }
}

function numbers(directory: string): number[] {
  return readdirSync(directory)
    .map((name) => Number(lockName.exec(name)?.[1] ?? 0))
    .filter((number) => number > 0)
    .sort((a, b) => a - b)
}

function linked(from: string, to: string): boolean {
  try {
    linkSync(from, to)
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false
    throw error
  }
}

/** Only a refusal proves that nobody listens: a frozen holder, its queue full, does not answer either. */
function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path)
    socket.once('connect', () => resolve(true))
    socket.on('error', (error: NodeJS.ErrnoException) => {
      resolve(error.code !== 'ECONNREFUSED' && error.code !== 'ENOENT')
    })
    socket.once('connect', () => socket.destroy())
  })
}

function stop(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()))
}
