// What is done to a running stack; each is undone when it is disposed of.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { sendToAll } from '@sleepwell/testing/engine'
import { Redis } from 'ioredis'
import { call, report } from './api.ts'
import type { Engine, Service, System } from './system.ts'

/** Alive, but silent. */
export function freeze(
  system: System,
  ...programs: readonly (Engine | Service)[]
): AsyncDisposable {
  const pids = programs.map(system.pidOf)
  pids.forEach((pid) => sendToAll(pid, 'SIGSTOP'))
  return undo(() => pids.forEach((pid) => sendToAll(pid, 'SIGCONT')))
}

/** As often as its supervisor starts it again. */
export function keepKilling(system: System, service: Service): AsyncDisposable {
  let over = false
  const killing = (async () => {
    for (; !over; await sleep(20)) {
      try {
        process.kill(system.pidOf(service), 'SIGKILL')
      } catch {
        // It is not there.
      }
    }
  })()
  return undo(async () => {
    over = true
    await killing
  })
}

/**
 * Somebody holds what counts the redirects of a link with `maxClicks`, again and again, for so long. Each redirect has to wait for
 * it: of all that a redirect does this is what may take longest.
 */
export function keepLocking(system: System, slug: string, seconds: number): AsyncDisposable {
  let over = false
  const locking = (async () => {
    while (!over)
      await system.query(
        'links',
        `begin;
         select from link_claims join links on id = link_id where slug = '${slug}' for update of link_claims;
         select pg_sleep(${seconds});
         commit`,
      )
  })()
  return undo(async () => {
    over = true
    await locking
  })
}

/** Nothing that is consumed can be stored. */
export function blockConsumers(system: System): AsyncDisposable {
  const sql = 'begin; lock table clicks in access exclusive mode; select pg_sleep(600)'
  system.query('analytics', sql).catch(() => {}) // It is ended below.
  return undo(() =>
    system.query(
      'analytics',
      `select pg_terminate_backend(pid) from pg_stat_activity
       where query like 'begin; lock table clicks%' and pid <> pg_backend_pid()`,
    ),
  )
}

/** Until so much of its limit is used, of 64 MB. */
export async function fillRedis(system: System, share: number): Promise<AsyncDisposable> {
  const { redis: password } = JSON.parse(
    readFileSync(join(system.data, 'secrets.json'), 'utf8'),
  ) as { redis: string }
  const redis = new Redis(`redis://:${password}@${system.access.engines.Redis}`)
  const limit = 64 * 1024 * 1024
  await redis.config('SET', 'maxmemory', limit)
  const used = async () => Number(/used_memory:(\d+)/u.exec(await redis.info('memory'))?.[1])
  const keys: string[] = []
  while ((await used()) < share * limit) {
    const key = `ballast-${keys.length}`
    keys.push(key)
    await redis.set(key, Buffer.alloc(256 * 1024))
  }
  return undo(async () => {
    await redis.del(keys)
    await redis.config('SET', 'maxmemory', 4 * limit)
    redis.disconnect()
  })
}

/** @returns the cookie of somebody who is signed in to the dashboard */
export async function signIn({ access: { dashboard, apiKey } }: System): Promise<string> {
  const headers = { Origin: dashboard, 'Content-Type': 'application/json' }
  const body = JSON.stringify({ apiKey })
  const answer = await fetch(`${dashboard}/api/session`, { method: 'POST', headers, body })
  const cookie = answer.headers.get('set-cookie')?.split(';')[0]
  if (cookie === undefined) throw new Error(`sign-in was answered ${answer.status}`)
  return cookie
}

/** Somebody creates links, asks for reports and looks at the dashboard, so often a second, however it goes. */
export function keepCalling(system: System, cookie: string, perSecond: number): AsyncDisposable {
  const { access } = system
  // One is answered by the dashboard itself, one passed on.
  const looked = ['session', 'links/v1/links?limit=1'].map((it) => `${access.dashboard}/api/${it}`)
  const callAll = () => {
    const body = { destination: 'https://example.com/' }
    void call(access, 'POST', `${access.linkWrite}/v1/links`, body).catch(() => {})
    void report(access, 'groupBy=link').catch(() => {})
    for (const url of looked)
      void fetch(url, { headers: { Cookie: cookie } })
        .then((answer) => answer.arrayBuffer())
        .catch(() => {})
  }
  const timer = setInterval(callAll, 1000 / perSecond)
  return undo(() => clearInterval(timer))
}

function undo(mend: () => unknown): AsyncDisposable {
  return { [Symbol.asyncDispose]: async () => void (await mend()) }
}
