import { expect, test } from '@jest/globals'
import type { CachedLink } from '@sleepwell/contracts/cached-link'
import type { Server } from '@sleepwell/runtime/database-set'
import { createFindStored } from './find-stored.ts'
import { noRules } from './test-link.ts'

const link = (position: number): CachedLink => ({
  id: '0199b3a0-0000-7000-8000-000000000001',
  ownerId: 'acme',
  destination: 'https://example.com/',
  ...noRules,
  position,
})

type Answer = CachedLink | 'absent' | 'down'

/** Servers that give these answers, one a question, the last one for ever. */
function finding(
  servers: Record<string, readonly Answer[]>,
  mayAskPrimary = true,
  reachBack: (ms: number) => boolean = () => true,
) {
  const asked: string[] = []
  const server = (name: string): Server => ({
    role: name.startsWith('primary') ? 'primary' : 'replica',
    url: name,
    lagMs: () => (name.startsWith('lagging') ? 20_000 : 0),
    ask: () => Promise.reject(new Error('it is asked together with others')),
  })
  const find = async ({ url }: Server) => {
    const answers = servers[url] ?? []
    const answer =
      answers[Math.min(asked.filter((name) => name === url).length, answers.length - 1)]
    asked.push(url)
    if (answer === undefined || answer === 'down') throw new Error('down')
    return answer
  }
  const findStored = createFindStored({
    servers: () => Object.keys(servers).map(server),
    find,
    mayAskPrimary: () => mayAskPrimary,
    reachBack,
    read: () => {},
    now: () => 100_000,
  })
  return {
    find: (state?: { position: number; deleted: boolean }) => findStored('@', 'home', () => state),
    asked,
  }
}

const lives = (position: number) => ({ position, deleted: false })

test('the nearest replica answers', async () => {
  const { find, asked } = finding({ near: [link(1)], far: [link(1)], primary: [link(1)] })
  expect(await find()).toEqual({ link: link(1), current: true, asOf: 100_000 })
  expect(asked).toEqual(['near'])
})

test('a replica that does not answer is passed over', async () => {
  const { find, asked } = finding({ near: ['down'], far: [link(1)], primary: [link(1)] })
  expect(await find()).toEqual({ link: link(1), current: true, asOf: 100_000 })
  expect(asked).toEqual(['near', 'far'])
})

test('a replica that is behind the feed is not believed', async () => {
  const { find, asked } = finding({ near: [link(1)], primary: [link(2)] })
  expect(await find(lives(2))).toEqual({ link: link(2), current: true, asOf: 100_000 })
  expect(asked).toEqual(['near', 'primary'])
})

test('the primary is asked once before a slug is absent', async () => {
  const { find, asked } = finding({ near: ['absent'], far: ['absent'], primary: ['absent'] })
  expect(await find()).toEqual({ link: 'absent', current: true, asOf: 100_000 })
  expect(asked).toEqual(['near', 'primary'])
})

test('a link that has not reached the replica yet is found at the primary', async () => {
  const { find } = finding({ near: ['absent'], primary: [link(1)] })
  expect(await find()).toEqual({ link: link(1), current: true, asOf: 100_000 })
})

test('a scan of unknown slugs does not reach the primary', async () => {
  const { find, asked } = finding({ near: ['absent'], primary: ['absent'] }, false)
  expect(await find()).toEqual({ link: 'absent', current: true, asOf: 100_000 })
  expect(asked).toEqual(['near'])
})

test('a read of the primary that raced a change is made again, once', async () => {
  const raced = finding({ primary: [link(1), link(2)] })
  expect(await raced.find(lives(2))).toEqual({ link: link(2), current: true, asOf: 100_000 })
  const stuck = finding({ primary: [link(1)] })
  expect(await stuck.find(lives(2))).toEqual({ link: link(1), current: false, asOf: 100_000 })
  expect(stuck.asked).toEqual(['primary', 'primary'])
})

test('absence is not believed while the feed says that the link lives', async () => {
  const { find } = finding({ near: ['absent'], primary: ['absent', link(2)] })
  expect(await find(lives(2))).toEqual({ link: link(2), current: true, asOf: 100_000 })
})

test('without the primary, what a replica says has to do', async () => {
  expect(await finding({ near: ['absent'], primary: ['down'] }).find()).toEqual({
    link: 'absent',
    current: true,
    asOf: 100_000,
  })
  expect(await finding({ near: [link(1)], primary: ['down'] }).find(lives(2))).toEqual({
    link: link(1),
    current: false,
    asOf: 100_000,
  })
})

test('nobody answering is not the same as absent', async () => {
  expect(await finding({ near: ['down'], primary: ['down'] }).find()).toBe('unavailable')
})

test('what a replica says is as old as the replica is behind', async () => {
  const { find } = finding({ lagging: [link(1)], primary: [link(1)] })
  expect(await find()).toEqual({ link: link(1), current: true, asOf: 80_000 })
})

test('what is older than the changes that are remembered is not believed', async () => {
  const servers = { 'lagging near': [link(1)], primary: [link(2)] }
  const { find, asked } = finding(servers, true, (ms) => ms < 20_000)
  expect(await find()).toMatchObject({ link: link(2), current: true })
  expect(asked).toEqual(['lagging near', 'primary'])
})

test('when nothing but what nobody can judge answers, nobody can tell', async () => {
  const { find } = finding({ 'lagging near': [link(1)] }, true, (ms) => ms < 20_000)
  expect(await find()).toBe('unavailable')
})
