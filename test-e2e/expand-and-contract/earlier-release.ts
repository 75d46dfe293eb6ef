// The release before this one, as far as the schema goes: the last commit whose migrations are the first of those there are now.
import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, globSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../../', import.meta.url))
const migrations = ['services/link-write/migrations', 'services/analytics/migrations']

/** Undefined where no history says: in a copy without one, or with too little of it. */
export function findEarlierCommit(): string | undefined {
  const now = migrations.map((folder) => globSync(`${folder}/*.sql`, { cwd: root }).toSorted())
  const commits = git('log', '--format=%H', '--', ...migrations)?.split('\n') ?? []
  return commits.find((commit) => {
    const then = migrations.map((folder) => migrationsOf(commit, folder))
    // One that went another way, such as with a number that was given twice, has no way here.
    const leadsHere = then.every((names, i) => names.every((name, j) => name === now[i]?.[j]))
    return leadsHere && then.some((names, i) => names.length < (now[i]?.length ?? 0))
  })
}

function migrationsOf(commit: string, folder: string): string[] {
  const names = git('ls-tree', '--name-only', commit, `${folder}/`)?.split('\n') ?? []
  return names.filter((name) => name.endsWith('.sql')).toSorted()
}

/** Its packages and services, with the libraries that are installed for this one. */
export function checkOut(commit: string, directory: string): void {
  const archive = spawnSync('git', ['archive', commit, 'packages', 'services'], {
    cwd: root,
    maxBuffer: 256 << 20,
  })
  if (archive.status !== 0) throw new Error(`git archive: ${String(archive.stderr)}`)
  const tar = spawnSync('tar', ['-x', '-C', directory], { input: archive.stdout })
  if (tar.status !== 0) throw new Error(`tar: ${String(tar.stderr)}`)
  // pnpm's links are relative: those to our packages lead to the earlier ones, all others through this one.
  symlinkSync(join(root, 'node_modules'), join(directory, 'node_modules'))
  for (const folder of globSync('{packages,services}/*', { cwd: directory })) {
    const from = join(root, folder, 'node_modules')
    if (existsSync(from))
      cpSync(from, join(directory, folder, 'node_modules'), {
        recursive: true,
        verbatimSymlinks: true,
      })
  }
}

function git(...words: readonly string[]): string | undefined {
  const { status, stdout } = spawnSync('git', words, { cwd: root, encoding: 'utf8' })
  return status === 0 ? stdout.trim() : undefined
}
