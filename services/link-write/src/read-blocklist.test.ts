import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { createBlocklist } from './follow-blocklist.ts'
import { readBlocklist } from './read-blocklist.ts'

let directory: string
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'sleepwell-blocklist-'))
})
afterAll(() => rmSync(directory, { recursive: true }))

async function read(content: string | Buffer, maxEntries = 1000) {
  const file = join(directory, 'list')
  writeFileSync(file, content)
  return await readBlocklist(file, maxEntries)
}

test('a whole list is read, whatever its line ends', async () => {
  for (const end of ['\n', '\r\n']) {
    const lines = [
      '# phishing',
      '',
      'evil.example',
      ' bad.example/path ',
      'EVIL.example',
      '# end',
      '',
    ]
    const list = await read(lines.join(end))
    if ('refused' in list) throw new Error(list.refused)
    expect(list.entries).toBe(2)
    const { entryAgainst } = createBlocklist(list)
    expect(entryAgainst('https://www.evil.example/x')).toBe('evil.example')
    expect(entryAgainst('https://bad.example/path/x')).toBe('bad.example/path')
    expect(entryAgainst('https://bad.example/other')).toBeUndefined()
  }
})

test('an empty list is one, if it says so', async () => {
  expect(await read('# end')).toMatchObject({ entries: 0 })
})

test.each([
  ['cut short', 'evil.example\nbad.example\n', /cut short/u],
  ['cut within its last line', 'evil.example\n# en', /cut short/u],
  ['empty', '', /cut short/u],
  ['continued after its end', '# end\nevil.example\n', /line 2 comes after/u],
  ['broken', 'evil.example\n<html>\n# end\n', /line 2/u],
  ['with an entry too many', 'a.example\nb.example\nc.example\n# end\n', /more than 2 entries/u],
  ['too large', `# ${'x'.repeat(1000)}\n# end\n`, /too large/u],
  ['with an endless line', `a.example\n${'x'.repeat(200)}`, /cut short|line 2/u],
  ['not text', Buffer.from([0x61, 0xff, 0x0a]), /UTF-8/u],
])('a list that is %s is refused', async (_, content, why) => {
  const { refused } = Object(await read(content, 2)) as { refused?: string }
  expect(refused).toMatch(why)
})

test('a list that is not there is refused', async () => {
  expect(await readBlocklist(join(directory, 'none'), 10)).toEqual({
    refused: 'it cannot be read (ENOENT)',
  })
})

test('of many entries each is found, and none that is like one', async () => {
  const hosts = Array.from({ length: 20_000 }, (_, i) => `host-${i}.evil.example`)
  const list = await read(`${hosts.join('\n')}\n# end\n`, 20_000)
  if ('refused' in list) throw new Error(list.refused)
  const { entryAgainst, entries } = createBlocklist(list)
  expect(entries).toBe(20_000)
  const missed = hosts.filter((host) => entryAgainst(`https://${host}/`) !== host)
  const mistaken = hosts.filter((host) => entryAgainst(`https://${host.replace('host', 'hose')}/`))
  expect([missed, mistaken]).toEqual([[], []])
})
