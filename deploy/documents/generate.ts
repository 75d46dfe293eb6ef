// `npm run generate`: writes what follows from the routes, the problems and the settings. The check fails while the
// committed files say something else. What would break a client is written only if that is meant: --accept-breaking.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { breakingChanges } from './breaking-changes.ts'
import type { OpenApi } from './open-api-document.ts'
import { documents, outputs } from './outputs.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const accepted = process.argv.includes('--accept-breaking')

const breaking = [...(await documents())].flatMap(([path, document]) =>
  existsSync(join(root, path))
    ? breakingChanges(JSON.parse(readFileSync(join(root, path), 'utf8')) as OpenApi, document)
    : [],
)
for (const change of breaking) console.error(`breaks clients: ${change}`)
if (breaking.length > 0 && !accepted) {
  console.error('Nothing was written. If it has to be: npm run generate -- --accept-breaking')
  process.exitCode = 1
} else {
  for (const [path, text] of await outputs()) {
    writeFileSync(join(root, path), text)
    console.log(path)
  }
}
