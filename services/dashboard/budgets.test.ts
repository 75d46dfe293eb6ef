// "Faster than the thing it measures": what a browser has to fetch before it shows anything, and for the largest view.
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { expect, test } from '@jest/globals'

const maxScript = 80_000
const maxStyle = 12_000
const maxLazy = 60_000

interface Chunk {
  readonly file: string
  readonly css?: readonly string[]
  readonly imports?: readonly string[]
  readonly dynamicImports?: readonly string[]
  readonly isEntry?: boolean
}

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

function build() {
  execFileSync(process.execPath, [here('build-page.ts')])
  const manifest = JSON.parse(readFileSync(here('dist/.vite/manifest.json'), 'utf8')) as Record<
    string,
    Chunk
  >
  const withImports = (name: string, seen = new Set<string>()): Set<string> => {
    if (!seen.has(name)) {
      seen.add(name)
      for (const other of manifest[name]?.imports ?? []) withImports(other, seen)
    }
    return seen
  }
  const first = Object.keys(manifest)
    .filter((name) => manifest[name]?.isEntry === true)
    .flatMap((name) => [...withImports(name)])
  return { manifest, first: new Set(first), withImports }
}

const text = (file: string) => readFileSync(here(`dist/${file}`), 'utf8')
const sizeOf = (files: Iterable<string>) =>
  [...new Set(files)].reduce((sum, file) => sum + gzipSync(text(file), { level: 9 }).length, 0)

test('the page fits its budgets, and takes nothing from elsewhere', () => {
  const { manifest, first, withImports } = build()
  const chunks = Object.entries(manifest)
  const styles = [...first].flatMap((name) => manifest[name]?.css ?? [])
  const linked = [...text('index.html').matchAll(/href="\/(assets\/[^"]+\.css)"/gu)]
  const script = sizeOf([...first].map((name) => manifest[name]?.file ?? ''))
  const style = sizeOf([...styles, ...linked.map(([, file]) => file ?? '')])
  const lazy = chunks
    .filter(([name]) => !first.has(name))
    .map(([name]) =>
      sizeOf(
        [...withImports(name)].filter((it) => !first.has(it)).map((it) => manifest[it]?.file ?? ''),
      ),
    )

  expect(script).toBeGreaterThan(1_000)
  expect(script).toBeLessThanOrEqual(maxScript)
  expect(style).toBeLessThanOrEqual(maxStyle)
  expect(Math.max(0, ...lazy)).toBeLessThanOrEqual(maxLazy)

  const css = chunks.flatMap(([, chunk]) => chunk.css ?? []).map(text)
  expect([text('index.html'), ...css].join()).not.toMatch(/\bhttps?:\/\/|@font-face|@import/u)
  expect(text('index.html')).not.toMatch(/<script(?![^>]*\bsrc=)|<style|\bstyle=|\son\w+=/iu)
})
