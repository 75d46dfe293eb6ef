import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from '@jest/globals'
import { outputs } from './outputs.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))

test('committed is what `npm run generate` writes', () => {
  const committed = (path: string) =>
    existsSync(root + path) ? readFileSync(root + path, 'utf8') : undefined
  const outdated = [...outputs()].filter(([path, text]) => committed(path) !== text)
  expect(outdated.map(([path]) => `${path}: npm run generate`)).toEqual([])
})

test('Prometheus reads no rules that nobody generates', () => {
  const names = readdirSync(`${root}deploy/prometheus`).filter((name) => name.endsWith('.yml'))
  const rules = names
    .filter((name) => name.includes('rules'))
    .map((name) => `deploy/prometheus/${name}`)
  expect(rules.filter((path) => !outputs().has(path))).toEqual([])
})
