import { mkdtempSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from '@jest/globals'
import { followBlocklist } from './follow-blocklist.ts'
import { silentLog } from './test-postgres.ts'

async function openList(content?: string) {
  const open = new AsyncDisposableStack()
  const directory = open.adopt(mkdtempSync(join(tmpdir(), 'sleepwell-blocklist-')), (path) =>
    rmSync(path, { recursive: true }),
  )
  const file = join(directory, 'list')
  const write = (text: string) => {
    writeFileSync(`${file}.new`, text)
    renameSync(`${file}.new`, file)
  }
  if (content !== undefined) write(content)
  const outcomes: string[] = []
  const followed = open.use(
    await followBlocklist({
      file,
      maxEntries: 10,
      looked: (outcome) => outcomes.push(outcome),
      log: silentLog,
      pauseMs: 5,
    }),
  )
  return {
    file,
    write,
    outcomes,
    followed,
    isBlocked: (host: string) => followed.current()?.entryAgainst(`https://${host}/`) !== undefined,
    until: async (condition: () => boolean) => {
      while (!condition()) await sleep(5)
    },
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  }
}

test('a list is in force from the start, and a changed one soon', async () => {
  await using list = await openList('a.example\n# end')
  expect(list.followed.current()).toMatchObject({ entries: 1, isChange: false })
  list.write('b.example\n# end')
  await list.until(() => list.isBlocked('b.example'))
  expect(list.isBlocked('a.example')).toBe(false)
  expect(list.followed.current()?.isChange).toBe(true)
})

test('a list that is broken, cut short or gone leaves the one before in force', async () => {
  await using list = await openList('a.example\nb.example\n# end')
  truncateSync(list.file, 10)
  await list.until(() => list.followed.isRefused())
  list.write('<html>\n# end')
  await list.until(() => list.outcomes.length === 3)
  rmSync(list.file)
  await list.until(() => list.outcomes.length === 4)
  expect(list.isBlocked('b.example')).toBe(true)
  expect(list.outcomes).toEqual(['loaded', 'refused', 'refused', 'refused'])
  list.write('c.example\n# end')
  await list.until(() => !list.followed.isRefused())
  expect([list.isBlocked('b.example'), list.isBlocked('c.example')]).toEqual([false, true])
})

test('without a list from the start, the first good one is a change', async () => {
  await using list = await openList()
  expect([list.followed.current(), list.followed.isRefused()]).toEqual([undefined, true])
  list.write('a.example\n# end')
  await list.until(() => list.isBlocked('a.example'))
  expect(list.followed.current()?.isChange).toBe(true)
})
