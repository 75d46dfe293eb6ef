// Postgres refuses to run as root; root runs it as nobody.
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { CannotStart } from './cannot-start.ts'

interface Ids {
  readonly uid: number
  readonly gid: number
}

/** Who runs the programs of Postgres. */
export interface PostgresUser {
  /** To whom its files must belong; undefined: to this process. */
  readonly owner: Ids | undefined
  /** How a program is started as that user. */
  readonly command: (program: string, words: readonly string[]) => Command
}

interface Command {
  readonly file: string
  readonly words: string[]
  readonly ids: Partial<Ids>
}

const myself: PostgresUser = {
  owner: undefined,
  command: (program, words) => ({ file: program, words: [...words], ids: {} }),
}

/**
 * @param places that Postgres must be able to enter
 * @param program that it must be able to execute
 */
export function postgresUser(places: readonly string[], program: string): PostgresUser {
  if (process.getuid?.() !== 0) return myself
  const nobody = findNobody()
  for (const user of [plain(nobody), capable(nobody)]) if (works(user, places, program)) return user
  throw new CannotStart(
    `Postgres does not run as root, and the user nobody may not enter ${places.join(', ')} or may not run ${program}: use places that others may enter, or start as another user.`,
  )
}

function plain(nobody: Ids): PostgresUser {
  return {
    owner: nobody,
    command: (program, words) => ({ file: program, words: [...words], ids: nobody }),
  }
}

// For a checkout or data below a directory that only root may enter, such as root's home. One capability, to enter and
// read what is closed to others, is less than moving somebody's files or opening their home.
function capable(nobody: Ids): PostgresUser {
  const ids = [`--reuid=${nobody.uid}`, `--regid=${nobody.gid}`, '--clear-groups']
  // Postgres asks access(2) about its own files, which heeds capabilities of a user only with this bit.
  const bits = '--securebits=+no_setuid_fixup'
  const capability = ['--inh-caps=+dac_read_search', '--ambient-caps=+dac_read_search', bits]
  return {
    owner: nobody,
    command: (program, words) => ({
      file: 'setpriv',
      words: [...ids, ...capability, '--', program, ...words],
      ids: {},
    }),
  }
}

/** Tried rather than computed from modes: access lists and mount options count too. */
function works(user: PostgresUser, places: readonly string[], program: string): boolean {
  const script = 'for place in "$@"; do cd -- "$place" || exit 1; done; exec "$0" --version'
  const { file, words, ids } = user.command('/bin/sh', ['-c', script, program, ...places])
  return spawnSync(file, words, { ...ids, cwd: '/', stdio: 'ignore' }).status === 0
}

function findNobody(): Ids {
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((entry) => entry.startsWith('nobody:'))
  const [, , uid, gid] = line?.split(':') ?? []
  if (uid === undefined || gid === undefined)
    throw new CannotStart(
      'Postgres does not run as root, and this machine has no user nobody to run it as.',
    )
  return { uid: Number(uid), gid: Number(gid) }
}
