import { gzipSync } from 'node:zlib'
import { fileURLToPath } from 'node:url'
import { expect, test } from '@jest/globals'
import { build } from 'esbuild'

const maxBytes = 8 * 1024

test('bundled for a browser it is small, and nothing of anybody else is in it', async () => {
  const { outputFiles, metafile } = await build({
    entryPoints: [fileURLToPath(new URL('client.ts', import.meta.url))],
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    write: false,
    metafile: true,
  })
  const size = gzipSync(outputFiles[0]?.contents ?? '', { level: 9 }).length
  expect(size).toBeGreaterThan(500)
  expect(size).toBeLessThanOrEqual(maxBytes)
  const inputs = Object.keys(metafile.inputs)
  expect(inputs.filter((path) => !/packages\/client\/src\/[a-z-]+\.ts$/u.test(path))).toEqual([])
})
