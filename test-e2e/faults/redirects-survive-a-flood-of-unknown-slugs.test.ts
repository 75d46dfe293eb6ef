import { randomUUID } from 'node:crypto'
import { expect, jest, test } from '@jest/globals'
import { full, recordGuardOff, recordRun } from '@sleepwell/testing/fault-run'
import { askBarely } from './bare-client.ts'
import { impatience, openGround } from './ground.ts'
import { expectKept, figuresOf, figuresOfDrill } from './redirect-drill.ts'
import { startTraffic, type Traffic } from './traffic.ts'

jest.setTimeout(300_000)

const fault = 'unknown-slugs'
const floodPerSecond = full ? 2_000 : 200
const description = `Slugs that nobody has, ${floodPerSecond} a second and never the same twice; measured are the visitors of known links.`

test('a flood of unknown slugs takes no known link away', async () => {
  await using ground = await openGround()
  let asked = 0
  const bare = await askBarely(async () => {
    asked++
    const links = await ground.query('select from links where slug = $1', [randomUUID()])
    return links.length === 0
  })
  recordGuardOff(fault, description, { ...figuresOf(bare), primaryReads: asked })

  const redirect = await ground.startRedirect(impatience)
  const primaryReads = () =>
    redirect.metric('redirect_link_reads_total{tier="primary",result="miss"')
  const replicaReads = () =>
    redirect.metric('redirect_link_reads_total{tier="replica",result="miss"')
  const before = [await primaryReads(), await replicaReads()] as const
  let flood: Traffic | undefined
  let tally = { asked: 0, wrong: 0, failed: 0 }
  const drilled = await expectKept(ground, redirect, {
    strike: () => {
      flood = startTraffic(redirect.url, floodPerSecond, () => ({
        slug: randomUUID(),
        // Turned away is as good as told that there is none.
        right: (status) => status === 404 || status === 429,
      }))
      tally = flood.next()
    },
    heal: () => flood?.stop(),
  })
  recordRun(fault, description, {
    ...figuresOfDrill(drilled),
    unknownAsked: tally.asked,
    unknownFailed: tally.failed,
    primaryReads: (await primaryReads()) - before[0],
    replicaReads: (await replicaReads()) - before[1],
  })
  expect(tally.asked).toBeGreaterThan(0)
  expect(tally.wrong).toBe(0)
})
