import { expect, test } from '@jest/globals'
import { createClaimClick, type Claim, type ClaimClick } from './claim-click.ts'

const link: Parameters<ClaimClick>[0] = { id: 'home', position: 1, startsAt: null }
const person = { bot: false }
const start = 1_800_000_000_000

/** Claims at a primary that answers when told to, and deadlines that pass when told to. */
function claiming() {
  const state = { now: start }
  const asked: { linkId: string; wanted: number; signal: AbortSignal }[] = []
  const answers: PromiseWithResolvers<number>[] = []
  const deadlines: PromiseWithResolvers<void>[] = []
  const claimClick = createClaimClick({
    claim: (linkId, wanted, signal) => {
      asked.push({ linkId, wanted, signal })
      answers.push(Promise.withResolvers())
      return answers.at(-1)?.promise ?? Promise.reject(new Error('never'))
    },
    deadline: async () => {
      deadlines.push(Promise.withResolvers())
      await deadlines.at(-1)?.promise
    },
    clock: () => state.now,
  })
  const claim = (of = link) => claimClick(of, person)
  const turn = () => new Promise<void>((resolve) => setImmediate(resolve))
  return {
    claimClick,
    claim,
    state,
    asked,
    wanted: () => asked.map(({ wanted }) => wanted),
    answer: async (call: number, granted: number | Error) => {
      if (typeof granted === 'number') answers[call]?.resolve(granted)
      else answers[call]?.reject(granted)
      await turn()
    },
    passDeadline: async (call: number) => {
      deadlines[call]?.resolve()
      await turn()
    },
  }
}

const count = (claims: readonly Claim[], kind: Claim) =>
  claims.filter((claim) => claim === kind).length

test('who comes while a call is under way joins the next one', async () => {
  const { claim, wanted, answer } = claiming()
  const claims = Promise.all(Array.from({ length: 10 }, () => claim()))
  expect(wanted()).toEqual([1])
  await answer(0, 1)
  expect(wanted()).toEqual([1, 9])
  await answer(1, 4)
  expect(count(await claims, 'granted')).toBe(5)
  expect(count(await claims, 'gone')).toBe(5)
})

test('claims of different links do not wait for each other', async () => {
  const { claim, asked, answer } = claiming()
  const [slow, quick] = [claim(), claim({ ...link, id: 'other' })]
  expect(asked.map(({ linkId }) => linkId)).toEqual(['home', 'other'])
  await answer(1, 1)
  expect(await quick).toBe('granted')
  await answer(0, 1)
  expect(await slow).toBe('granted')
})

test('a claim that failed is told so at once to all who waited for it, and is never made again', async () => {
  const { claim, wanted, answer } = claiming()
  const claims = Promise.all([claim(), claim(), claim()])
  await answer(0, new Error('the primary is away'))
  expect(await claims).toEqual(['unclaimed', 'unclaimed', 'unclaimed'])
  expect(wanted()).toEqual([1])
  const later = claim()
  await answer(1, 1)
  expect(await later).toBe('granted')
})

test('who waits too long is told so, though the claim may have been granted', async () => {
  const { claim, wanted, asked, answer, passDeadline } = claiming()
  const claims = Promise.all([claim(), claim()])
  expect(asked[0]?.signal.aborted).toBe(false)
  await passDeadline(0)
  expect(asked[0]?.signal.aborted).toBe(true)
  expect(await claims).toEqual(['unclaimed', 'unclaimed'])
  // While that call has not ended there is no other, and nobody waits for it.
  expect(await claim()).toBe('unclaimed')
  expect(wanted()).toEqual([1])
  await answer(0, 1)
  const later = claim()
  expect(wanted()).toEqual([1, 1])
  await answer(1, 1)
  expect(await later).toBe('granted')
})

test('what is used up is not asked for again, until the link changes', async () => {
  const { claim, wanted, answer, state } = claiming()
  const last = claim()
  await answer(0, 0)
  expect(await last).toBe('gone')
  state.now += 86_400_000
  expect(await claim()).toBe('gone')
  expect(wanted()).toEqual([1])
  const raised = claim({ ...link, position: 2 })
  await answer(1, 1)
  expect(await raised).toBe('granted')
})

test('a link that has just started may not have started at the primary: it is asked again', async () => {
  const { claim, answer, state } = claiming()
  const started = { ...link, startsAt: start }
  const early = claim(started)
  await answer(0, 0)
  expect(await early).toBe('gone')
  state.now += 999
  expect(await claim(started)).toBe('gone')
  state.now += 1
  const later = claim(started)
  await answer(1, 1)
  expect(await later).toBe('granted')
})

test('who is no person claims nothing, and is let through until the link is used up', async () => {
  const { claim, claimClick, wanted, answer } = claiming()
  const bot = { bot: true }
  expect(await claimClick(link, bot)).toBe('granted')
  expect(wanted()).toEqual([])
  const last = claim()
  await answer(0, 0)
  await last
  expect(await claimClick(link, bot)).toBe('gone')
})

test('of those who wait there are only so many', async () => {
  const { claim, wanted, answer } = claiming()
  const claims = Promise.all(Array.from({ length: 1500 }, () => claim()))
  await answer(0, 1)
  expect(wanted()).toEqual([1, 1000])
  await answer(1, 1000)
  expect(count(await claims, 'granted')).toBe(1001)
  expect(count(await claims, 'unclaimed')).toBe(499)
})
