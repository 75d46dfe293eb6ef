// `npm run generate`: writes what follows from the SLOs. The check fails while the committed files say something else.
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { outputs } from './outputs.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
for (const [path, text] of outputs()) {
  mkdirSync(dirname(join(root, path)), { recursive: true })
  writeFileSync(join(root, path), text)
  console.log(path)
}
