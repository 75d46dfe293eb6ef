import { expect, jest, test } from '@jest/globals'
import { setTimeout as sleep } from 'node:timers/promises'
import { full, recordGuardOff, recordRun, type RedirectRun } from '@sleepwell/testing/fault-run'
import { follow, until, type Followed } from '../api.ts'
import { destinationOf, openColdStart, untilKept } from './cold-start.ts'
import type { ServiceProcess } from './service-process.ts'

jest.setTimeout(900_000)

const fault = 'cold-start'
const description =
  'redirect is killed (SIGKILL) and started again while every database, Redis and the click log are away.'
const links = full ? 100_000 : 5_000
const visitors = 16
/** Right in time, as the drills of redirects count it. */
const inTimeMs = 200
const slugs = Array.from({ length: links }, (_, n) => String(n))
/** Room for those beside the hot set. */
const roomy = { SNAPSHOT_LINKS: String(links + 100) }
/** While links are read for the first time, on a machine with more to do. */
const patient = { LINKS_TIMEOUT_MS: '5000', REDIS_TIMEOUT_MS: '1000' }

/** Each link once, `again` while that is not what was hoped for. */
async function followAll(
  redirect: ServiceProcess,
  wanted: readonly string[],
  again: (answer: Followed) => boolean = () => false,
) {
  const run = { answered: [] as string[], wrong: 0, refused: 0, inTime: 0, worstMs: 0 }
  const waiting = wanted.values()
  const visitor = async () => {
    for (const slug of waiting) {
      const cameAt = performance.now()
      let answer = await follow(`${redirect.url}/${slug}`)
      while (again(answer)) answer = await follow(`${redirect.url}/${slug}`)
      const ms = performance.now() - cameAt
      run.worstMs = Math.max(run.worstMs, Math.round(ms))
      if (answer.status === 404 || answer.status === 410) run.wrong += 1
      else if (answer.status !== 302) run.refused += 1
      else if (answer.location !== destinationOf(slug)) run.wrong += 1
      else {
        run.answered.push(answer.requestId ?? '')
        if (ms <= inTimeMs) run.inTime += 1
      }
    }
  }
  await Promise.all(Array.from({ length: visitors }, visitor))
  return run
}

/** As the drills of redirects tell it. */
function figuresOf(run: Awaited<ReturnType<typeof followAll>>, asked: number): RedirectRun {
  const { wrong, refused: failed, worstMs } = run
  return { asked, okPercent: percent(run.inTime / asked), wrong, failed, worstMs }
}

const percent = (share: number) => Number((share * 100).toFixed(2))
const isRefused = ({ status }: Followed) => status !== 302
const seconds = (ms: number) => Number((ms / 1000).toFixed(2))
const statusOf = async (redirect: ServiceProcess, slug: string) =>
  (await follow(`${redirect.url}/${slug}`)).status

test('without the snapshot a restarted process knows nothing', async () => {
  await using place = await openColdStart()
  const some = slugs.slice(0, 1000)
  await place.createLinks(some.length)
  const off = { SNAPSHOT_LINKS: '0' }
  const first = await place.start({ ...patient, ...off })
  const before = await followAll(first, some, isRefused)
  await first.kill()
  await place.takeAllAway()
  const second = await place.start(off)
  const after = await followAll(second, some)
  await place.bringAllBack()
  await until(
    () => second.metric('redirect_spool_unshipped_clicks'),
    (clicks) => clicks === 0,
  )
  await until(
    () => place.recount(before.answered),
    ({ lost }) => lost === 0,
  )
  const counts = await place.recount([...before.answered, ...after.answered])
  recordGuardOff(fault, description, { ...figuresOf(after, some.length), ...counts })
  expect(after.answered).toEqual([])
})

test('with everything down a restarted process serves what it served before, and nothing that is gone', async () => {
  await using place = await openColdStart()
  await place.createLinks(links)
  const first = await place.start({ ...patient, ...roomy })
  const before = await followAll(first, slugs, isRefused)
  // It outlives its snapshot, but not the test.
  await place.createLink('expires', 10)
  const expiresAt = Date.now() + 10_000
  await followAll(first, ['expires'], isRefused)
  await untilKept(first)
  expect(place.onDisk()).toContain('@/expires {')
  const [deleted = '', edited = '', ...rest] = slugs
  await place.deleteLink(deleted)
  await place.editLink(edited, destinationOf('edited'))
  await until(
    () => statusOf(first, deleted),
    (status) => status === 410,
  )
  await until(
    () => follow(`${first.url}/${edited}`),
    ({ location }) => location === destinationOf('edited'),
  )
  await until(
    async () => place.onDisk(),
    (text) => /@\/0"|@\/0 \{[^\n]*"deleted":true/u.test(text) && /@\/1"|of\/edited"/u.test(text),
  )
  await first.kill()
  const answered = [...before.answered]

  const coldStart = async (how: 'gone' | 'silent') => {
    if (how === 'gone') await place.takeAllAway()
    else place.silenceAll()
    const startedAt = performance.now()
    const redirect = await place.start(roomy)
    const listening = performance.now() - startedAt
    await until(
      () => statusOf(redirect, rest.at(-1) ?? ''),
      (status) => status === 302,
    )
    const firstAnswer = performance.now() - startedAt
    const run = await followAll(redirect, rest)
    answered.push(...run.answered)
    await sleep(Math.max(0, expiresAt - Date.now()))
    const editedAnswer = await follow(`${redirect.url}/${edited}`)
    expect(await statusOf(redirect, deleted)).toBe(410)
    expect(await statusOf(redirect, 'expires')).toBe(410)
    expect(await statusOf(redirect, 'unheard-of')).toBe(503)
    expect(editedAnswer.location ?? destinationOf('edited')).toBe(destinationOf('edited'))
    expect({ wrong: run.wrong, refused: run.refused }).toEqual({ wrong: 0, refused: 0 })
    const figures = {
      ...figuresOf(run, rest.length),
      links: await redirect.metric('redirect_snapshot_loaded_links'),
      secondsToListen: seconds(listening),
      secondsToFirstAnswer: seconds(firstAnswer),
    }
    return { redirect, figures }
  }

  const gone = await coldStart('gone')
  await gone.redirect.kill()
  await place.bringAllBack()
  const silent = await coldStart('silent')
  const last = silent.redirect
  await place.bringAllBack()
  // With the databases back nothing is served that they do not say.
  await until(
    () => statusOf(last, 'unheard-of'),
    (status) => status === 404,
  )
  await until(
    () => follow(`${last.url}/${edited}`),
    ({ location }) => location === destinationOf('edited'),
  )
  expect(await statusOf(last, deleted)).toBe(410)
  const counts = await until(
    () => place.recount(answered),
    ({ lost }) => lost === 0,
  )
  for (const [engines, { figures }] of Object.entries({ gone, silent }))
    recordRun(fault, description, { ...figures, ...counts, engines })
  expect(counts).toEqual({ lost: 0, doubled: 0 })
})
