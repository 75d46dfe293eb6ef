import { expect, test } from '@jest/globals'
import type { Request, Response } from 'express'
import { createSessions, type SessionOptions, showSession } from './session.ts'
import { session } from './test-dashboard.ts'

const [old, fresh, foreign] = ['o', 'n', 'f'].map((letter) => letter.repeat(32)) as [
  string,
  string,
  string,
]
const sessionsWith = (options: Partial<SessionOptions>) =>
  createSessions({ keys: [old], hours: 1, isSecure: false, port: 1, ...options })

async function sealedBy(keys: readonly string[]): Promise<string> {
  let sealed = ''
  const res = { cookie: (_name: string, value: string) => (sealed = value) } as unknown as Response
  await sessionsWith({ keys }).begin(res, session)
  return sealed
}

const asking = (cookie: string) => ({ headers: { cookie } }) as Request

test('a session is what another process sealed', async () => {
  const sealed = await sealedBy([old])
  const found = await sessionsWith({}).find(asking(`other=1; sleepwell-1=${sealed}; third=3`))
  expect(found).toEqual(session)
})

test('a new secret opens what the one before it sealed; a foreign one opens nothing', async () => {
  const cookie = asking(`sleepwell-1=${await sealedBy([old])}`)
  expect(await sessionsWith({ keys: [fresh, old] }).find(cookie)).toEqual(session)
  expect(await sessionsWith({ keys: [fresh] }).find(cookie)).toBeUndefined()
  const sealedAnew = asking(`sleepwell-1=${await sealedBy([fresh, old])}`)
  expect(await sessionsWith({ keys: [fresh] }).find(sealedAnew)).toEqual(session)
  expect(await sessionsWith({ keys: [foreign, old] }).find(sealedAnew)).toBeUndefined()
})

test('what was changed on the way opens nothing', async () => {
  const sealed = await sealedBy([old])
  for (const at of [10, 100, sealed.length - 5]) {
    const changed = `${sealed.slice(0, at)}${sealed[at] === 'A' ? 'B' : 'A'}${sealed.slice(at + 1)}`
    expect(await sessionsWith({}).find(asking(`sleepwell-1=${changed}`))).toBeUndefined()
  }
})

test('roles follow from scopes', () => {
  const rolesOf = (...scopes: (typeof session.scopes)[number][]) =>
    showSession({ ...session, scopes }).roles
  expect(rolesOf('links:read')).toEqual([])
  expect(rolesOf('reports:read', 'links:create')).toEqual(['viewer', 'editor'])
  expect(rolesOf('keys:read')).toEqual(['keeper'])
  expect(rolesOf('admin')).toEqual(['viewer', 'editor', 'keeper', 'operator'])
})
