import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { readServers } from './postgres-servers.ts'

let directory: string
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'sleepwell-servers-'))
})
afterAll(() => rmSync(directory, { recursive: true }))

const read = (text: string) => {
  const file = join(directory, 'servers')
  writeFileSync(file, text)
  return readServers(file)
}
const url = (host: string) => `postgres://postgres:secret@${host}:5432`

test('the first is the primary, the others are replicas', () => {
  expect(read(`${url('a')}\n`)).toEqual({ primary: url('a'), replicas: [] })
  expect(read(`\n ${url('a')}/\n${url('b')}\n${url('c')}/`)).toEqual({
    primary: url('a'),
    replicas: [url('b'), url('c')],
  })
})

test.each([
  ['', 'is empty'],
  ['host:5432', 'Line 1 of'],
  [`${url('a')}\nmysql://x@b`, 'Line 2 of'],
  [`${url('a')}/links`, 'Line 1 of'],
  ['postgres://host:5432', 'Line 1 of'],
])('%j is refused in a sentence that shows no password', (text, sentence) => {
  expect(() => read(text)).toThrow(sentence)
  expect(() => read(text)).not.toThrow('secret')
})

test('a file that is not there is told of', () => {
  expect(() => readServers(join(directory, 'none'))).toThrow('cannot be read (ENOENT)')
})
