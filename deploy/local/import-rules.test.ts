import { globSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from '@jest/globals'
import { brokenRules, importsOf, type Manifest, type SourcePackage } from './import-rules.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))

test('every package imports only what it may, and declares what it imports', () => {
  const packages = readPackages()
  expect(packages.map((one) => one.folder)).toEqual(
    expect.arrayContaining(['packages/contracts', 'services/redirect', 'deploy/local', 'test-e2e']),
  )
  expect(packages.flatMap((one) => one.files).length).toBeGreaterThan(100)
  expect(brokenRules(packages)).toEqual([])
})

test.each([
  ['services/redirect', 'src/app.ts', '@sleepwell/link-write/slug', 'not allowed'],
  ['services/redirect', 'src/app.test.ts', '@sleepwell/link-write/slug', 'not allowed'],
  ['services/analytics', 'src/app.ts', '../../redirect/src/app.ts', 'outside its package'],
  ['services/analytics', 'src/app.ts', '@sleepwell/testing/postgres', 'not allowed'],
  ['services/analytics', 'src/app.ts', './test-api.ts', 'only a test may'],
  ['services/analytics', 'src/app.ts', 'supertest', 'not declared'],
  ['services/analytics', 'src/app.ts', 'lodash', 'not declared'],
  ['services/analytics', 'src/app.test.ts', 'lodash/fp', 'not declared'],
  ['packages/runtime', 'src/http.ts', '@sleepwell/contracts/problem', 'not allowed'],
  ['packages/contracts', 'src/link.ts', 'pg', 'not allowed'],
  ['packages/contracts', 'src/link.ts', '@sleepwell/runtime/env', 'not allowed'],
  ['packages/client', 'src/client.ts', '@sleepwell/contracts/link', 'only its types are allowed'],
  ['test-e2e', 'a.test.ts', '@sleepwell/redirect/app', 'not allowed'],
  ['deploy/local', 'a.ts', '../../services/redirect/src/app.ts', 'outside its package'],
])('%s/%s may not import %s', (folder, path, specifier, why) => {
  const broken = brokenRules([importing(folder, path, specifier)])
  expect(broken).toEqual([`${folder}/${path} imports ${specifier}: ${why}`])
})

test.each([
  ['services/redirect', 'src/app.ts', '@sleepwell/runtime/http'],
  ['services/redirect', 'src/app.ts', 'node:http'],
  ['services/redirect', 'src/app.ts', './pages.ts'],
  ['services/redirect', 'src/app.test.ts', 'supertest'],
  ['packages/runtime', 'src/a.test.ts', '@sleepwell/testing/postgres'],
  ['packages/contracts', 'src/link.ts', 'zod'],
])('%s/%s may import %s', (folder, path, specifier) => {
  expect(brokenRules([importing(folder, path, specifier)])).toEqual([])
})

test('what the page is built from is a tool of development, and of the page alone', () => {
  const manifest = { devDependencies: { preact: '1' } }
  const text = ['import { h }', "'preact'"].join(' from ')
  const importing = (path: string) =>
    brokenRules([{ folder: 'services/dashboard', manifest, files: [{ path, text }] }])
  expect(importing('page/main.tsx')).toEqual([])
  expect(importing('src/main.ts')).toHaveLength(1)
})

test('a forbidden package may not even be declared', () => {
  const manifest = (name: string) => ({ [`@sleepwell/${name}`]: 'workspace:*' })
  const declaring = (folder: string, manifest: Manifest) =>
    brokenRules([{ folder, manifest, files: [] }])
  expect(declaring('services/redirect', { dependencies: manifest('analytics') })).toHaveLength(1)
  expect(declaring('services/redirect', { devDependencies: manifest('analytics') })).toHaveLength(1)
  expect(declaring('services/redirect', { dependencies: manifest('testing') })).toHaveLength(1)
  expect(declaring('services/redirect', { devDependencies: manifest('testing') })).toEqual([])
  expect(declaring('packages/runtime', { devDependencies: manifest('testing') })).toEqual([])
  expect(declaring('packages/novel', {})).toHaveLength(1)
})

test('every form of import is seen', () => {
  const [from, load] = ['from', 'import']
  const text = [
    `const flags = ['--${load}', 'x'] // ${load} what comes ${from} 'y'`,
    `${load} one ${from} 'a'`,
    `${load} type { Two } ${from} "b"`,
    `${load} {\n  three,\n  type Three,\n} ${from} 'c'`,
    `${load} 'd'`,
    `const five = await ${load}('e')`,
    `export { six } ${from} 'f'`,
    `export * ${from} 'g'`,
    `${load}.meta.resolve('h')`,
    `await ${load}(\`i\`)`,
  ].join('\n')
  const found = importsOf(text)
  expect(
    found
      .map((one) => one.specifier)
      .sort()
      .join(''),
  ).toBe('abcdefghi')
  expect(found.filter((one) => one.typeOnly).map((one) => one.specifier)).toEqual(['b'])
})

/** A package that declares what it might, and imports one thing. */
function importing(folder: string, path: string, specifier: string): SourcePackage {
  const names = ['contracts', 'runtime', 'click-log']
  const ours = Object.fromEntries(names.map((name) => [`@sleepwell/${name}`, 'workspace:*']))
  const dependencies = folder.startsWith('services/') ? ours : { zod: '1' }
  const onlyContracts = folder === 'packages/client' && { '@sleepwell/contracts': 'workspace:*' }
  const devDependencies = { '@sleepwell/testing': 'workspace:*' }
  const text = ['import { thing }', `'${specifier}'`].join(' from ')
  return {
    folder,
    manifest: { dependencies: { ...dependencies, ...onlyContracts }, devDependencies },
    files: [{ path, text }],
  }
}

function readPackages(): SourcePackage[] {
  const manifests = ['packages/*', 'services/*', 'deploy/*', 'test-e2e']
  return globSync(
    manifests.map((folder) => `${folder}/package.json`),
    { cwd: root },
  ).map((file) => {
    const folder = dirname(file)
    const files = globSync('**/*.{ts,mts,mjs,js,tsx}', {
      cwd: join(root, folder),
      exclude: (name) => name === 'node_modules' || name.startsWith('dist'),
    })
    return {
      folder: relative('.', folder),
      manifest: JSON.parse(readFileSync(join(root, file), 'utf8')) as Manifest,
      files: files.map((path) => ({ path, text: readFileSync(join(root, folder, path), 'utf8') })),
    }
  })
}
