import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { until } from '../../api.ts'
import { freeRow } from '../../ports.ts'
import { countOf } from '../traffic.ts'
import type { Answer, Load, Seen } from './client.ts'

const answers = createServer((req, res) => {
  if (req.url === '/cut') return res.destroy()
  if (req.url === '/busy')
    return res.writeHead(503).end(JSON.stringify({ title: 'Too much is asked', status: 503 }))
  res.writeHead(req.url === '/metrics' ? 200 : 302, { 'X-Request-Id': 'id', Location: '/there' })
  res.end('up 1')
})
let client: ChildProcess
let url: string
let asked: string

beforeEach(async () => {
  answers.listen(0, '127.0.0.1')
  await once(answers, 'listening')
  asked = `127.0.0.1:${(answers.address() as AddressInfo).port}`
  const PORT = String(await freeRow())
  const file = fileURLToPath(new URL('client.ts', import.meta.url))
  client = spawn(process.execPath, [file], { env: { PORT }, stdio: 'inherit' })
  url = `http://127.0.0.1:${PORT}`
  const isUp = () =>
    fetch(url).then(
      ({ ok }) => ok,
      () => false,
    )
  await until(isUp, Boolean)
})

afterEach(async () => {
  client.kill()
  await once(client, 'exit')
  answers.closeAllConnections()
  answers.close()
  await once(answers, 'close')
})

const tell = async <T>(path: string, body?: unknown): Promise<T> => {
  const answer = await fetch(`${url}${path}`, {
    ...(body !== undefined && { method: 'POST', body: JSON.stringify(body) }),
  })
  return (await answer.json()) as T
}

test('it asks once, and follows nothing', async () => {
  const answer = await tell<Answer>('/ask', { url: `http://${asked}/slug` })
  expect(answer).toMatchObject({ status: 302, body: 'up 1', headers: { location: '/there' } })
})

test('no whole answer is a failure with its name', async () => {
  const answer = await tell<Answer>('/ask', { url: `http://${asked}/cut` })
  expect(answer).toMatchObject({ failure: 'ECONNRESET' })
  expect(answer.status).toBeUndefined()
})

test('it passes on what an admin port says', async () => {
  const answer = await fetch(`${url}/metrics/${asked}`)
  expect([answer.status, await answer.text()]).toEqual([200, 'up 1'])
})

test('a load tells what became of each request, from any on, and stops when told to', async () => {
  const load: Load = { urls: [`http://${asked}/slug`], perSecond: 200, expected: 302 }
  await tell('/load/visits', load)
  const seen = () => tell<Seen[]>('/seen/visits?from=0')
  const some = await until(seen, ({ length }) => length >= 50)
  expect(some.every(([, , outcome, id]) => outcome === 302 && id === 'id')).toBe(true)
  expect(await tell('/seen/visits?from=10')).toEqual(expect.arrayContaining(some.slice(10)))

  await tell('/load/visits', { ...load, perSecond: 0 })
  const grown = async () => {
    const { length } = await seen()
    await sleep(100)
    return (await seen()).length - length
  }
  expect(await until(grown, (more) => more === 0)).toBe(0)
})

test('other answers, and none, are failures by their name', async () => {
  const urls = [`http://${asked}/slug`, `http://${asked}/cut`, `http://${asked}/busy`]
  await tell('/load/visits', { urls, perSecond: 200, expected: 302 })
  const wanted = [302, 'ECONNRESET', '503 Too much is asked']
  const seen = await until(
    () => tell<Seen[]>('/seen/visits?from=0'),
    (all) => all.length >= 100 && wanted.every((one) => all.some(([, , seen]) => seen === one)),
  )
  const { failed, failures } = countOf(seen, 302)
  expect(Object.keys(failures).toSorted()).toEqual(['503 Too much is asked', 'ECONNRESET'])
  const counts = Object.values(failures).map((how) => Number(/^\d+(?=, 20)/u.exec(how)?.[0]))
  expect(counts.reduce((sum, count) => sum + count)).toBe(failed)
})
