// What would be refused today was made yesterday: whoever repeats the request is told so, and not that it cannot be made.
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from '@jest/globals'
import request from 'supertest'
import { evil, good, listOf, openListed } from './test-listed.ts'

async function openRepeating() {
  const listed = await openListed()
  const send = (method: 'post' | 'put' | 'patch', path: string, key: string, body: object) => {
    const asked = request(listed.origin)[method](path)
    return asked
      .set({ Authorization: listed.acme, 'Idempotency-Key': key })
      .set(method === 'patch' ? { 'If-Match': '*' } : {})
      .send(body)
  }
  return { ...listed, send, [Symbol.asyncDispose]: () => listed[Symbol.asyncDispose]() }
}

test('a destination that has been listed since', async () => {
  await using test = await openRepeating()
  const other = await test.made({ destination: good })
  const calls = [
    ['post', '/v1/links', { destination: evil }],
    ['put', '/v1/links/by-external-id/order-1', { destination: evil }],
    ['patch', `/v1/links/${other.id}`, { destination: evil }],
  ] as const
  const first = await Promise.all(
    calls.map(async ([method, path, body], i) => await test.send(method, path, `key ${i}`, body)),
  )
  expect(first.map(({ status }) => status)).toEqual([201, 201, 200])
  await test.apply(listOf([new URL(evil).hostname]))
  for (const [i, [method, path, body]] of calls.entries()) {
    const again = await test.send(method, path, `key ${i}`, body)
    expect([again.status, again.body]).toEqual([first[i]?.status, first[i]?.body])
    expect(again.headers['idempotency-replayed']).toBe('true')
    const anew = await test.send(method, path, `another ${i}`, body)
    expect([anew.status, anew.body.code]).toEqual([422, 'destination_blocked'])
    const different = await test.send(method, path, `key ${i}`, { ...body, title: 'other' })
    expect(different.body.code).toBe('destination_blocked')
  }
})

test('an expiry that has come since', async () => {
  await using test = await openRepeating()
  const expiresAt = new Date(Date.now() + 1_500).toISOString()
  const body = { destination: good, expiresAt }
  const first = await test.send('post', '/v1/links', 'key', body).expect(201)
  while (Date.now() <= Date.parse(expiresAt)) await sleep(50)
  const anew = await test.send('post', '/v1/links', 'another', body).expect(422)
  expect(anew.body.code).toBe('expires_in_past')
  const again = await test.send('post', '/v1/links', 'key', body).expect(201)
  expect(again.body).toEqual(first.body)
})
