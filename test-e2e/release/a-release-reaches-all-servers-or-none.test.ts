// The command, a real HAProxy, and servers and numbers that stand in: what is tried is who runs what, and who is visited, whatever
// goes wrong and whenever. Real releases of the real service are the drill bad-release.
import { expect, jest, test } from '@jest/globals'
import { canary, names, openReleasePlace, type ReleasePlace } from './place.ts'

jest.setTimeout(180_000)

const usual = new Map(names.map((name) => [name, 1] as const))
const watching = `${canary}: 1 of 101 requests`

async function expectOldEverywhere({ servers, balancers }: ReleasePlace): Promise<void> {
  expect(names.map(servers.releaseOn)).toEqual(names.map(() => 'old'))
  expect(await balancers.weights()).toEqual(usual)
  expect(await balancers.troubles(usual)).toEqual([])
}

test('a good release is watched on one server at 1 %, and then runs on all of them', async () => {
  await using place = await openReleasePlace()
  const { servers, balancers } = place
  const command = place.release('--image', 'good')
  await command.says(watching)
  expect(names.map(servers.releaseOn)).toEqual(['good', 'old', 'old'])
  expect(await balancers.weights()).toEqual(new Map([...usual.keys()].map(weightsOfCanary)))
  expect(await command.ended).toBe(0)
  expect(names.map(servers.releaseOn)).toEqual(names.map(() => 'good'))
  expect(await balancers.weights()).toEqual(usual)
  expect(await balancers.troubles(usual)).toEqual([])
  const [record] = place.records()
  expect(record).toMatchObject({ verdict: 'released', previous: 'old', canary, ran: names })
  expect(record?.looks.at(0)?.figures).toContainEqual({ name: 'requests', value: 424, least: 300 })
})

test.each<[string, number | undefined]>([
  ['requests', 299],
  ['restarts', 1],
  ['redirect-availability', 0.2],
  ['redirect-availability-above-stable', 0.002],
  ['redirect-latency', 0.9],
  ['redirect-latency-above-stable', 0.02],
  ['redirect-not-found-above-stable', 0.5],
  ['redirect-latency', undefined],
])('with %s %d it is rolled back, and no other server ever ran it', async (figure, value) => {
  await using place = await openReleasePlace()
  place.prometheus.figures.set(figure, value)
  const command = place.release('--image', 'bad')
  expect(await command.ended).toBe(1)
  await expectOldEverywhere(place)
  expect(place.servers.everRan('bad')).toEqual([canary])
  const [record] = place.records()
  expect(record).toMatchObject({ verdict: 'rolled back', why: expect.stringContaining(figure) })
})

test.each(['never-ready', 'lost'])('a release %s gets no visitor', async (release) => {
  await using place = await openReleasePlace()
  const command = place.release('--image', release)
  expect(await command.ended).toBe(1)
  expect(command.output()).not.toContain(watching)
  await expectOldEverywhere(place)
  expect(place.servers.everRan(release)).toEqual([canary])
})

test.each<[string, (place: ReleasePlace) => void | Promise<void>]>([
  ['it begins anew', ({ servers }) => servers.crash(canary)],
  ['Prometheus goes away', ({ prometheus }) => void (prometheus.away = true)],
  ['somebody gives it more visitors', async ({ balancers }) => await balancers.letIn(canary, 100)],
  ['another server is taken out', async ({ balancers }) => await balancers.hold('redirect-3')],
])('it is rolled back when %s', async (_what, strike) => {
  await using place = await openReleasePlace()
  const command = place.release('--image', 'fine')
  await command.says(watching)
  await strike(place)
  expect(await command.ended).toBe(1)
  expect(names.map(place.servers.releaseOn)).toEqual(names.map(() => 'old'))
  expect(await place.balancers.weights()).toEqual(usual)
  expect(place.servers.everRan('fine')).toEqual([canary])
})

test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('%s rolls it back', async (signal) => {
  await using place = await openReleasePlace()
  const command = place.release('--image', 'good')
  await command.says(watching)
  command.send(signal)
  expect(await command.ended).toBe(1)
  await expectOldEverywhere(place)
  expect(place.records()[0]).toMatchObject({ verdict: 'rolled back', why: 'It was interrupted' })
})

test('interrupted among the others, it goes back on all that have it', async () => {
  await using place = await openReleasePlace()
  const command = place.release('--image', 'good')
  await command.says('redirect-2: ready')
  command.send('SIGTERM')
  expect(await command.ended).toBe(1)
  await expectOldEverywhere(place)
  expect(place.servers.everRan('good')).toEqual(['redirect-1', 'redirect-2'])
})

test('killed, it is rolled back by the next run, which then does its own', async () => {
  await using place = await openReleasePlace()
  const killed = place.release('--image', 'half')
  await killed.says(watching)
  killed.send('SIGKILL')
  expect(await killed.ended).toBeNull()
  expect(place.servers.releaseOn(canary)).toBe('half')
  const next = place.release('--image', 'good')
  await next.says(watching)
  expect(names.map(place.servers.releaseOn)).toEqual(['good', 'old', 'old'])
  expect(await next.ended).toBe(0)
  expect(next.output()).toContain('half was cut short')
  expect(names.map(place.servers.releaseOn)).toEqual(names.map(() => 'good'))
})

test('two at once are refused', async () => {
  await using place = await openReleasePlace()
  const first = place.release('--image', 'good')
  await first.says(`${canary}: no further requests`)
  const second = place.release('--image', 'other')
  expect(await second.ended).toBe(1)
  expect(second.output()).toContain('Another release is under way')
  expect(await first.ended).toBe(0)
  expect(place.servers.everRan('other')).toEqual([])
})

test('what cannot be rolled back stays without visitors, a person is told, and --recover finishes it', async () => {
  await using place = await openReleasePlace()
  const command = place.release('--image', 'bad')
  await command.says(watching)
  place.servers.breakStarts = true
  place.servers.crash(canary)
  expect(await command.ended).toBe(3)
  expect(command.output()).toContain('IT COULD NOT BE ROLLED BACK')
  expect((await place.balancers.weights()).get(canary)).toBe(0)
  place.servers.breakStarts = false
  const recovery = place.release('--recover')
  expect(await recovery.ended).toBe(0)
  await expectOldEverywhere(place)
})

test('where servers differ, or are not all well, nothing is touched', async () => {
  await using place = await openReleasePlace()
  await place.balancers.hold('redirect-2')
  const refused = place.release('--image', 'good')
  expect(await refused.ended).toBe(1)
  expect(refused.output()).toContain('Nothing was touched: redirect-2 is MAINT')
  expect(place.servers.everRan('good')).toEqual([])
  const same = place.release('--image', 'old')
  expect(await same.ended).toBe(1)
  expect(same.output()).toContain('old runs already')
})

test.each([
  ['no release', []],
  ['two of them', ['--image', 'a', '--dir', '/b']],
  ['an unknown flag', ['--quickly']],
  ['no inventory', ['--image', 'a', '--inventory', '/nowhere.json']],
])('called with %s it ends with 2', async (_what, words) => {
  await using place = await openReleasePlace()
  const command = place.release(...words)
  expect(await command.ended).toBe(2)
})

function weightsOfCanary(name: string): readonly [string, number] {
  return [name, name === canary ? 1 : 50]
}
