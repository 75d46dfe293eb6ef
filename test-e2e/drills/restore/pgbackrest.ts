// pgBackRest as deploy/backup sets it up for a plain host; only the places are those of a drill.
import { spawn } from 'node:child_process'
import { copyFileSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import type { PostgresUser } from '@sleepwell/deploy-local/postgres-user'

export interface PgBackRest {
  /** What it, and whoever starts it, has to have in the environment. */
  readonly env: Readonly<Record<string, string>>
  /** Resolves to what it prints; rejects with its complaint. */
  readonly run: (...words: readonly string[]) => Promise<string>
  readonly backUp: (type: 'full' | 'diff') => Promise<void>
  readonly info: () => Promise<RepositoryInfo>
}

export interface RepositoryInfo {
  /** Oldest first. */
  readonly backups: readonly {
    readonly label: string
    readonly bytes: number
    /** Of what was backed up. */
    readonly databaseBytes: number
  }[]
  /** Name of the last segment of WAL; undefined: none yet. */
  readonly lastSegment: string | undefined
}

export interface PgBackRestOptions {
  /** Of its own, for what a host has beside its data. */
  readonly directory: string
  readonly repository: string
  readonly data: string
  readonly socketDirectory: string
  readonly port: number
  readonly user: PostgresUser
  /** Of the repository. */
  readonly passphrase: string
  /** Of the superuser. */
  readonly passwordFile: string
}

/** What a person copies to a host. */
export const shipped = fileURLToPath(new URL('../../../deploy/backup/', import.meta.url))
const stanza = '--stanza=sleepwell'

export function preparePgBackRest(options: PgBackRestOptions): PgBackRest {
  const { directory, user } = options
  mkdirSync(directory, { recursive: true })
  const config = join(directory, 'pgbackrest.conf')
  // The checkout may be where the user of Postgres may not go.
  copyFileSync(join(shipped, 'pgbackrest.conf'), config)
  const env = {
    PGBACKREST_CONFIG: config,
    PGBACKREST_REPO1_PATH: options.repository,
    PGBACKREST_REPO1_CIPHER_PASS: options.passphrase,
    PGBACKREST_PG1_PATH: options.data,
    PGBACKREST_PG1_PORT: String(options.port),
    PGBACKREST_PG1_SOCKET_PATH: options.socketDirectory,
    PGBACKREST_PG1_USER: 'postgres',
    PGBACKREST_LOG_PATH: join(directory, 'log'),
    PGBACKREST_LOCK_PATH: join(directory, 'lock'),
    PGBACKREST_SPOOL_PATH: join(directory, 'spool'),
    PGPASSFILE: options.passwordFile,
  }
  const runAs = async (program: string, words: readonly string[]) => {
    const { file, words: all, ids } = user.command(program, words)
    return await said(file, all, { ...ids, cwd: directory, env: { ...process.env, ...env } })
  }
  const run = (...words: readonly string[]) => runAs('pgbackrest', [stanza, ...words])
  return {
    env,
    run,
    backUp: async (type) => {
      // As its unit does.
      await runAs('nice', ['-n', '10', 'pgbackrest', stanza, `--type=${type}`, 'backup'])
    },
    info: async () => repositoryInfo(await run('--output=json', 'info')),
  }
}

/** What a program prints; rejects with its complaint. */
export async function said(
  file: string,
  words: readonly string[],
  options: {
    readonly uid?: number
    readonly gid?: number
    readonly cwd: string
    readonly env: NodeJS.ProcessEnv
  },
): Promise<string> {
  const child = spawn(file, words, { ...options, stdio: ['ignore', 'pipe', 'pipe'] })
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject).once('close', resolve)
  })
  const [output, complaint, status] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    ended,
  ])
  if (status !== 0) throw new Error(`${file} ${words.join(' ')}: ${output}${complaint}`)
  return output
}

interface Stanza {
  readonly backup: readonly {
    readonly label: string
    readonly info: { readonly size: number; readonly repository: { readonly delta: number } }
  }[]
  readonly archive: readonly { readonly max: string | null }[]
}

function repositoryInfo(json: string): RepositoryInfo {
  const [{ backup, archive } = { backup: [], archive: [] }] = JSON.parse(json) as Stanza[]
  return {
    backups: backup.map(({ label, info }) => ({
      label,
      bytes: info.repository.delta,
      databaseBytes: info.size,
    })),
    lastSegment: archive.at(-1)?.max ?? undefined,
  }
}
