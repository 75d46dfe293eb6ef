import { expect, jest, test } from '@jest/globals'
import { recordGuardOff, recordRun } from '@sleepwell/testing/fault-run'
import { until } from '../api.ts'
import { askBarely } from './bare-client.ts'
import { destinationOf, openGround, slugOf, type Ground } from './ground.ts'
import { redisKeyOf } from './links-in-redis.ts'
import { expectKept, figuresOf, figuresOfDrill } from './redirect-drill.ts'

jest.setTimeout(300_000)

const fault = 'redis-rubbish'
const description =
  'Whatever Redis holds of a link is replaced by rubbish: of an older form, cut short, of another type, or leading where no link may lead.'

const elsewhere = 'https://elsewhere.example/'
const id = '00000000-0000-4000-8000-000000000000'
const current = {
  v: 3,
  id,
  ownerId: 'owner',
  startsAt: null,
  expiresAt: null,
  limited: false,
  forwardQuery: false,
  status: 302,
  cacheSeconds: 0,
  blocked: false,
  readAt: Date.now(),
}
const rubbish = [
  JSON.stringify({ destination: elsewhere }),
  `1 ${JSON.stringify({ destination: elsewhere })}`,
  `1 ${JSON.stringify({ ...current, v: 2, destination: elsewhere })}`,
  `1 ${JSON.stringify({ ...current, v: 4, destination: elsewhere })}`,
  `1 ${JSON.stringify({ ...current, id: 7, destination: elsewhere })}`,
  `1 ${JSON.stringify({ ...current, destination: 'javascript:alert(1)' })}`,
  `1 ${JSON.stringify({ ...current, destination: `${elsewhere}\r\nSet-Cookie: a=b` })}`,
  `1 ${JSON.stringify({ ...current, destination: elsewhere })}`.slice(0, -1),
  `-1 ${JSON.stringify({ ...current, destination: elsewhere })}`,
  '\u0000\u0001',
  '',
]

async function spoil({ redisClient, slugs }: Ground): Promise<void> {
  const writing = redisClient.pipeline()
  for (const [i, slug] of slugs.entries()) {
    const value = rubbish[i % (rubbish.length + 1)]
    const key = redisKeyOf(slug)
    writing.del(key)
    if (value === undefined) writing.rpush(key, elsewhere)
    else writing.set(key, value)
  }
  await writing.exec()
}

test('rubbish in Redis leads nobody astray, and is replaced', async () => {
  await using ground = await openGround()
  await spoil(ground)
  let next = 0
  const bare = await askBarely(async () => {
    const slug = slugOf(next++)
    const value = (await ground.redisClient.get(redisKeyOf(slug))) ?? ''
    return trusting(value) === destinationOf(slug)
  })
  recordGuardOff(fault, description, { ...figuresOf(bare), client: 'believes what it finds' })
  expect(bare.wrong).toBeGreaterThan(0)

  const redirect = await ground.startRedirect()
  const drilled = await expectKept(ground, redirect, {
    strike: () => spoil(ground),
    heal: () => {},
  })
  recordRun(fault, description, figuresOfDrill(drilled))

  // One of each kind: a redirect that has to ask the database leaves the truth behind.
  const fresh = await ground.startRedirect()
  await spoil(ground)
  for (let i = 0; i <= rubbish.length; i++)
    await until(
      async () => {
        await fetch(`${fresh.url}/${slugOf(i)}`, { redirect: 'manual' })
        return await ground.redisClient.get(redisKeyOf(slugOf(i))).catch(() => null)
      },
      (value) => trusting(value ?? '') === destinationOf(slugOf(i)),
    )
})

/** The destination, as a reader without a schema finds it. */
function trusting(value: string): unknown {
  try {
    const { destination } = JSON.parse(value.slice(value.indexOf('{'))) as { destination?: unknown }
    return destination
  } catch {
    return undefined
  }
}
