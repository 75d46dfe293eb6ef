// For tests: the app over what each test says that the services answer.
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { keyFromSecret } from '@sleepwell/contracts/api-key'
import { pino } from 'pino'
import request from 'supertest'
import { type AppDeps, createApp } from './app.ts'
import type { Identified } from './key-holder.ts'
import type { OneTimeLink } from './one-time-links.ts'
import { servePage } from './serve-page.ts'
import { createSessions, type Session } from './session.ts'
import { createSignIn } from './sign-in.ts'

export const apiKey = keyFromSecret('0123456789abcdefghijklmnopqrstuv')
export const session: Session = {
  apiKey,
  keyId: '01a0e3c4-5d1f-7c3a-9a55-3f1d2c0b7e14',
  ownerId: 'acme',
  name: 'team',
  scopes: ['reports:read', 'links:read'],
}
export const sessionKey = 'k'.repeat(32)
/** As a browser that asks from our page; supertest serves on 127.0.0.1 and a port of its own. */
export const origin = 'http://dashboard.test'

interface Given extends Partial<Pick<AppDeps, 'links' | 'reports' | 'reliability'>> {
  readonly identified?: Identified
  readonly link?: OneTimeLink | 'absent'
  readonly waitSeconds?: number
  readonly dashboardUrl?: string
}

export function appWith(given: Given = {}) {
  const { identified = session, link = 'absent', waitSeconds = 0, dashboardUrl } = given
  const sessions = createSessions({
    keys: [sessionKey],
    hours: 1,
    isSecure: dashboardUrl?.startsWith('https:') === true,
    port: 8083,
  })
  const outcomes: string[] = []
  const lines: string[] = []
  const nobody = { pass: () => {} }
  const app = createApp({
    sessions,
    signIn: createSignIn({
      identify: async () => identified,
      findLink: async () => link,
      begin: sessions.begin,
      takeAttempt: async () => waitSeconds,
      signedIn: (outcome) => outcomes.push(outcome),
    }),
    links: nobody,
    reports: nobody,
    reliability: async () => {
      throw new Error('not asked for')
    },
    page: servePage(builtPage()),
    trustedProxies: [],
    answered: () => {},
    log: pino({}, { write: (line: string) => void lines.push(line) }),
    ...given,
    dashboardUrl,
  })
  return { app, outcomes, lines }
}

type App = ReturnType<typeof appWith>['app']

export function signIn(app: App, body: object = { apiKey }) {
  return request(app)
    .post('/api/session')
    .set({ Host: 'dashboard.test', Origin: origin })
    .send(body)
}

/** Name and value of the cookie that an answer sets. */
export function cookieOf({ headers }: { readonly headers: Record<string, unknown> }): string {
  const [cookie = ''] = headers['set-cookie'] as string[]
  return cookie.split(';')[0] ?? ''
}

/** A page as small as one can be. */
function builtPage(): string {
  const directory = mkdtempSync(join(tmpdir(), 'sleepwell-page-'))
  writeFileSync(join(directory, 'index.html'), '<!doctype html><title>Sleepwell</title>')
  return directory
}
