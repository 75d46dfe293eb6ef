import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, jest, test } from '@jest/globals'
import { full, recordGuardOff, recordRun } from '@sleepwell/testing/fault-run'
import { follow, until } from '../api.ts'
import { asksRedis, openGround } from './ground.ts'
import { expectBite, expectKept, expectReachable, figuresOfDrill } from './redirect-drill.ts'

jest.setTimeout(300_000)

type Failure = 'fails' | 'hangs'

const fault = 'names-not-resolved'
const description =
  'The names of Redis, the primary and the replica cannot be resolved any more. Without the guard: a process that has not connected before.'

test.each<Failure>(full ? ['fails', 'hangs'] : ['fails'])(
  'when the name server %s, a process that runs goes on, and one that starts serves once it is back',
  async (failure) => {
    const scratch = mkdtempSync(join(tmpdir(), 'sleepwell-dns-'))
    await using open = new AsyncDisposableStack()
    open.defer(() => rmSync(scratch, { recursive: true }))
    const ground = open.use(await openGround())
    const state = join(scratch, 'state')
    const answer = (how: 'works' | Failure) => writeFileSync(state, how)
    const preload = new URL('test-resolver.ts', import.meta.url)
    preload.search = String(new URLSearchParams({ state }))
    const named = Object.fromEntries(
      Object.entries(ground.urls).map(([setting, url]) => [
        setting,
        url.replace('127.0.0.1', 'engine.test'),
      ]),
    )
    const start = (settings = {}) => ground.startRedirect({ ...named, ...settings }, preload.href)

    answer('works')
    const redirect = await start()
    const drilled = await expectKept(ground, redirect, {
      strike: () => answer(failure),
      meanwhile: async () => {
        const started = await start({ REDIS_URL: undefined })
        expect(await follow(`${started.url}/nobody-knows`)).toMatchObject({ status: 503 })
        const another = await start({ REDIS_URL: undefined })
        recordGuardOff(fault, description, await expectBite(ground, another))
        answer('works')
        await expectReachable(started, ground.slugs.slice(0, 20))
        answer(failure)
      },
      heal: () => answer('works'),
    })
    recordRun(fault, description, { failure, ...figuresOfDrill(drilled) })
    await asksRedis(redirect)
    await until(
      () => follow(`${redirect.url}/nobody-knows`),
      ({ status }) => status === 404,
    )
  },
)
