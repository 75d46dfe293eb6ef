import { expect, jest, test } from '@jest/globals'
import { recordGuardOff, recordRun } from '@sleepwell/testing/fault-run'
import { follow, until } from '../api.ts'
import { askBarely } from './bare-client.ts'
import { openGround, type Ground } from './ground.ts'
import { expectKept, expectBitten, figuresOf, figuresOfDrill, type Blow } from './redirect-drill.ts'

jest.setTimeout(600_000)

const fault = 'redis-refuses-writes'
const description =
  'Redis is full (maxmemory, noeviction), and then read-only (a replica of nobody).'

const blowsOf = ({ redisClient }: Ground): [how: string, blow: Blow][] => [
  [
    'full',
    {
      strike: () => redisClient.config('SET', 'maxmemory', '1'),
      heal: () => redisClient.config('SET', 'maxmemory', '0'),
    },
  ],
  [
    'read-only',
    {
      strike: () => redisClient.replicaof('127.0.0.1', 1),
      heal: () => redisClient.replicaof('NO', 'ONE'),
    },
  ],
]

test('a Redis that refuses what it is told still answers, and nobody is led by what it could not be told', async () => {
  await using ground = await openGround()
  const { redisClient } = ground
  const redirect = await ground.startRedirect()
  const hits = () => redirect.metric('redirect_link_reads_total{tier="redis",result="hit"')
  const leadsTo = (slug: string, version: string) =>
    until(
      () => follow(`${redirect.url}/${slug}`),
      ({ location }) => location === version,
    )
  for (const [how, blow] of blowsOf(ground)) {
    const edited = `edited-while-${how}`
    await ground.write(edited, 'https://example.com/1')
    await leadsTo(edited, 'https://example.com/1')
    let hitsBefore = 0
    const drilled = await expectKept(ground, redirect, {
      ...blow,
      strike: async () => {
        await blow.strike()
        hitsBefore = await hits()
      },
      meanwhile: async () => {
        const bitten = await askBarely(async () => (await redisClient.set('any', '1')) === 'OK')
        recordGuardOff(fault, description, { ...figuresOf(bitten), client: 'awaits its writes' })
        expectBitten(bitten)
        await ground.write(edited, 'https://example.com/2')
        await leadsTo(edited, 'https://example.com/2')
        await until(hits, (count) => count > hitsBefore)
      },
    })
    recordRun(fault, description, { how, ...figuresOfDrill(drilled) })
    const { location } = await follow(`${redirect.url}/${edited}`)
    expect(location).toBe('https://example.com/2')
  }
})
