// For tests: file systems of their own, to be filled or frozen. That takes root and what containers often lack; where it
// cannot be had the tests say that they were skipped.
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from '@jest/globals'

export interface OwnFileSystem extends Disposable {
  readonly directory: string
  /** From now on whoever writes to it hangs, until thawed. */
  readonly freeze: () => void
  readonly thaw: () => void
}

/** In memory, full after so many megabytes. */
export function mountMemory(megabytes: number): OwnFileSystem {
  return mounted((directory) => {
    run('mount', '-t', 'tmpfs', '-o', `size=${megabytes}m`, 'sleepwell-test', directory)
  })
}

/** A file system that can be frozen, in a file. */
export function mountFile(megabytes: number): OwnFileSystem {
  return mounted((directory, scratch) => {
    const image = join(scratch, 'image')
    run('truncate', '-s', `${megabytes}M`, image)
    run('mkfs.ext4', '-q', image)
    run('mount', '-o', 'loop', image, directory)
  })
}

function mounted(mount: (directory: string, scratch: string) => void): OwnFileSystem {
  const scratch = mkdtempSync(join(tmpdir(), 'sleepwell-mount-'))
  const directory = join(scratch, 'mounted')
  mkdirSync(directory)
  try {
    mount(directory, scratch)
  } catch (error) {
    rmSync(scratch, { recursive: true })
    throw error
  }
  let frozen = false
  const thaw = () => {
    if (frozen) run('fsfreeze', '-u', directory)
    frozen = false
  }
  return {
    directory,
    freeze: () => {
      run('fsfreeze', '-f', directory)
      frozen = true
    },
    thaw,
    [Symbol.dispose]: () => {
      thaw()
      run('umount', directory)
      rmSync(scratch, { recursive: true })
    },
  }
}

function run(program: string, ...words: string[]): void {
  execFileSync(program, words, { stdio: ['ignore', 'ignore', 'pipe'] })
}

/** The test where this machine has such file systems; else one that is counted as skipped, and says why. */
export function testWith(mount: () => OwnFileSystem): typeof test | typeof test.skip {
  try {
    using _ = mount()
    return test
  } catch (error) {
    const why = error instanceof Error ? error.message.trim() : String(error)
    process.stderr.write(`skipped: this machine lets nobody mount a file system (${why})\n`)
    return test.skip
  }
}
