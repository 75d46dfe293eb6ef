// `node test-e2e/kubernetes/make-releases.ts DIR`: in DIR a folder for each bad release of redirect, from which an image is built as any other.
import { cpSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { faults, spoilRelease } from '../drills/canary/make-release.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
/** What goes to the builder of an image. */
const parts = readFileSync(join(root, '.dockerignore'), 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('!'))
  .map((line) => line.slice(1))

const [directory] = process.argv.slice(2)
if (directory === undefined) throw new Error('It takes a directory.')
for (const fault of faults) {
  const release = join(directory, fault)
  for (const part of ['.dockerignore', ...parts])
    cpSync(join(root, part), join(release, part), {
      recursive: true,
      filter: (path) => basename(path) !== 'node_modules',
    })
  spoilRelease(join(release, 'services/redirect'), fault)
  console.log(release)
}
