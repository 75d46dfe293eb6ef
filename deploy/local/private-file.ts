import {
  closeSync,
  fchownSync,
  fsyncSync,
  openSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'

/**
 * Replaces `path` by a file that only its owner reads: after a crash it is the old one or the whole new one.
 *
 * @param owner this process's own user if absent
 */
export function writePrivateFile(
  path: string,
  text: string,
  owner?: { readonly uid: number; readonly gid: number },
): void {
  const unfinished = `${path}.new`
  rmSync(unfinished, { force: true })
  const file = openSync(unfinished, 'wx', 0o600)
  try {
    writeFileSync(file, text)
    if (owner !== undefined) fchownSync(file, owner.uid, owner.gid)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  renameSync(unfinished, path)
}
