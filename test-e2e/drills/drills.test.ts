// The drills of Redis and of a primary, short, and as far as nothing may be wrong, lost or doubled. How soon and how well
// visitors are answered, a machine with other work cannot say: for that, and for all others, `npm run drill -- all`.
import { expect, jest, test } from '@jest/globals'
import { shortPace } from './pace.ts'
import { postgresRestart } from './postgres-restart.ts'
import { redisCrash } from './redis-crash.ts'
import { runDrill } from './run-drill.ts'

jest.setTimeout(300_000)

// A busy machine must turn nobody away: what is drilled is something else.
const calm = { SHEDDING: 'off', REPLICA_TIMEOUT_MS: '1000', LINKS_TIMEOUT_MS: '1000' }

const never = new AbortController().signal

test.each([redisCrash, postgresRestart])('$name', async (plan) => {
  const said: string[] = []
  const patient = { ...plan, env: { ...plan.env, ...calm } }
  const run = await runDrill(patient, {
    pace: shortPace,
    say: (line) => said.push(line),
    stop: never,
    seed: 1,
  })
  expect(said).toContain('mended')
  expect(run.writes.acknowledged).toBeGreaterThan(0)
  expect(run.clicks.answered).toBeGreaterThan(0)
  expect(run.examples).toEqual([])
  expect(run.blindTo).toEqual([])
})
