import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { z } from 'zod'
import { ConfigError, duration, httpOrigin, list, port, postgresUrl, readEnv } from './env.ts'

test('every mistake is named at once, each setting once', () => {
  const shape = {
    LINKS_URL: postgresUrl,
    PUBLIC_URL: httpOrigin,
    PORT: port,
    TIMEOUT_MS: duration,
    DOMAINS: list.refine((all) => all.length > 1, 'must be several'),
    SECRET: z.string(),
  }
  const env = {
    LINKS_URL: 'mysql://h',
    PUBLIC_URL: 'https://h/path',
    PORT: '65536',
    TIMEOUT_MS: 'soon',
    DOMAINS: 'one',
  }
  const mistakes = mistakesOf(() => readEnv(shape, env))
  expect(mistakes.map((line) => line.split(':')[0])).toEqual(Object.keys(shape))
  expect(mistakes).toContain('SECRET: must be set')
  expect(mistakes).toContain('LINKS_URL: must be a postgres:// URL')
})

test('a mistake is told without the value, which may be a secret', () => {
  const shape = { LINKS_URL: postgresUrl, PORT: port, KEY: z.string().min(99) }
  const env = { LINKS_URL: 'hunter2', PORT: 'hunter2', KEY: 'hunter2' }
  expect(mistakesOf(() => readEnv(shape, env)).join()).not.toContain('hunter2')
})

test('an empty setting is as good as none', () => {
  expect(readEnv({ PORT: port.default(80), NAME: z.string().optional() }, { PORT: '' })).toEqual({
    PORT: 80,
  })
})

test('a setting may come from a file, without the line break at its end', () => {
  using file = temporaryFile('s3cret \n')
  expect(readEnv({ KEY: z.string() }, { KEY_FILE: file.path })).toEqual({ KEY: 's3cret' })
  expect(readEnv({ KEY: z.string() }, { KEY_FILE: file.path, KEY: '' })).toEqual({ KEY: 's3cret' })
})

test('a setting given twice is a mistake, not a choice', () => {
  using file = temporaryFile('a')
  expect(mistakesOf(() => readEnv({ KEY: z.string() }, { KEY_FILE: file.path, KEY: 'b' }))).toEqual(
    ['KEY: set either KEY or KEY_FILE, not both'],
  )
})

test('a file that cannot be read is the one mistake, also of an optional setting', () => {
  for (const KEY of [z.string(), z.string().optional()])
    expect(mistakesOf(() => readEnv({ KEY }, { KEY_FILE: '/nowhere/key' }))).toEqual([
      expect.stringMatching(/^KEY: KEY_FILE cannot be read \(ENOENT/u),
    ])
})

test('nothing but what the shape names is read', () => {
  expect(readEnv({ PORT: port }, { PORT: '1', PATH: '/bin' })).toEqual({ PORT: 1 })
})

test.each(['-1', '65536', '1.5', 'http', 'NaN', 'Infinity'])('%s is no port', (text) => {
  expect(port.safeParse(text).success).toBe(false)
})

test('a list drops spaces and empty parts', () => {
  expect(list.parse(' a, b,,c ,')).toEqual(['a', 'b', 'c'])
})

test.each(['ftp://h', 'https://h/p', 'h', 'https://', 'javascript:alert(1)'])(
  '%s is no origin',
  (text) => {
    expect(httpOrigin.safeParse(text).success).toBe(false)
  },
)

function mistakesOf(read: () => unknown): string[] {
  try {
    read()
  } catch (error) {
    if (error instanceof ConfigError) return error.message.split('\n')
    throw error
  }
  return []
}

function temporaryFile(text: string) {
  const directory = mkdtempSync(join(tmpdir(), 'env-'))
  const path = join(directory, 'value')
  writeFileSync(path, text)
  return { path, [Symbol.dispose]: () => rmSync(directory, { recursive: true }) }
}
