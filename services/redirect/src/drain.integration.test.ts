import { expect, test } from '@jest/globals'
import { openGround } from './faults/test-ground.ts'
import { until } from './test-process.ts'

const statusOf = async (url: string) => {
  const answer = await fetch(url, { redirect: 'manual' }).catch(() => undefined)
  return answer?.status
}

test('who is stopped serves on for the delay, not ready, and no connection is kept', async () => {
  await using ground = await openGround()
  await using redirect = await ground.start({ DRAIN_DELAY_SECONDS: '3600' })
  expect(await statusOf(`${redirect.admin}/readyz`)).toBe(200)
  redirect.signal('SIGTERM')
  await until(async () => (await statusOf(`${redirect.admin}/readyz`)) === 503)
  const answer = await fetch(`${redirect.visitors}/home`, { redirect: 'manual' })
  expect(answer.status).toBe(302)
  expect(answer.headers.get('connection')).toBe('close')
  redirect.signal('SIGINT') // who waits at a terminal does not wait an hour
  expect(await redirect.exit).toBe(0)
})

/** Has a process ask itself to stop when its second port, which is for visitors, is open. */
const stopAtOnce = `
  import { Server } from 'node:net'
  const { listen } = Server.prototype
  let ports = 0
  Server.prototype.listen = function (...words) {
    if (words[0].port !== undefined && ++ports === 2)
      this.once('listening', () => process.kill(process.pid, 'SIGTERM'))
    return listen.apply(this, words)
  }`

test('a stop that is asked for as soon as visitors may come is one in order', async () => {
  await using ground = await openGround()
  const preload = `data:text/javascript,${encodeURIComponent(stopAtOnce)}`
  await using redirect = await ground.start({}, preload)
  expect(await redirect.exit).toBe(0)
})

test('who cannot ship its spool stays until it can, and can be looked at', async () => {
  await using ground = await openGround()
  await using redirect = await ground.start()
  ground.gate.shut()
  const answer = await fetch(`${redirect.visitors}/home`, { redirect: 'manual' })
  const answered = [{ id: answer.headers.get('x-request-id') ?? '', at: 0 }]
  redirect.signal('SIGTERM')
  await until(async () => (await statusOf(`${redirect.visitors}/`)) === undefined)
  expect(await statusOf(`${redirect.admin}/livez`)).toBe(200)
  expect(await statusOf(`${redirect.admin}/readyz`)).toBe(503)
  const metrics = await (await fetch(`${redirect.admin}/metrics`)).text()
  expect(metrics).toMatch(/^redirect_spool_unshipped_clicks(\{.*\})? 1$/mu)
  ground.gate.open()
  expect(await redirect.exit).toBe(0)
  expect(await ground.recount(answered)).toMatchObject({ stored: 1, lost: 0 })
})
