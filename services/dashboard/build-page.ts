// Builds page/ into dist/, unless what is there was built from the same sources. Others start it as a program: they need
// not wait for Vite when there is nothing to do.
import { createHash } from 'node:crypto'
import { globSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync, gzipSync } from 'node:zlib'

const here = fileURLToPath(new URL('.', import.meta.url))
const root = fileURLToPath(new URL('../../', import.meta.url))
const dist = join(here, 'dist')
const stampOf = (folder: string) => join(folder, '.built-from')

const stamp = hashSources()
if (readStamp() !== stamp) {
  // Beside the old one until it is whole: somebody may be serving that.
  const fresh = `${dist}-${process.pid}`
  try {
    const { build } = await import('vite')
    await build({
      configFile: join(here, 'vite.config.ts'),
      build: { outDir: fresh },
      logLevel: 'warn',
    })
    compress(join(fresh, 'assets'))
    writeFileSync(stampOf(fresh), stamp)
    if (readStamp() !== stamp) {
      rmSync(dist, { recursive: true, force: true })
      renameSync(fresh, dist)
    }
  } finally {
    rmSync(fresh, { recursive: true, force: true })
  }
}

/** Once and well, instead of for each visitor. */
function compress(folder: string): void {
  for (const file of globSync('**/*.{js,css,svg,json}', { cwd: folder })) {
    const text = readFileSync(join(folder, file))
    writeFileSync(join(folder, `${file}.br`), brotliCompressSync(text))
    writeFileSync(join(folder, `${file}.gz`), gzipSync(text, { level: 9 }))
  }
}

function hashSources(): string {
  const sources = [
    'pnpm-lock.yaml',
    ...globSync('services/dashboard/{page/**/*,vite.config.ts,build-page.ts}', { cwd: root }),
    ...globSync('packages/client/src/**/*.ts', { cwd: root }),
  ]
  const hash = createHash('sha256')
  for (const file of sources.sort()) {
    const text = readText(file)
    if (text !== undefined) hash.update(`${file}\n${text.length}\n`).update(text)
  }
  return hash.digest('hex')
}

/** `undefined` for a folder. */
function readText(file: string): string | undefined {
  try {
    return readFileSync(join(root, file), 'latin1')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EISDIR') return undefined
    throw error
  }
}

function readStamp(): string | undefined {
  try {
    return readFileSync(stampOf(dist), 'utf8')
  } catch {
    return undefined
  }
}
