import { get } from 'node:http'
import { join } from 'node:path'
import { describe, expect, jest, test } from '@jest/globals'
import type { Link } from '@sleepwell/contracts/link'
import { createLink, follow, report, until } from './api.ts'
import { everyMetric, everyTable, filesIn, hits, keysOfRedis, type Place } from './places.ts'
import { forms, startSystem, type Form, type System } from './system.ts'

jest.setTimeout(180_000)

/** Of visitors, and therefore nowhere. */
const needles = {
  address: '203.0.113.77',
  'IPv6 address': '2001:db8:77::5f1c',
  'address of the connection': '127.0.0.77',
  'user agent': 'Needle-Agent-5f1c',
  'end of the user agent': 'needle-agent-end-5f1c',
  "referrer's path": 'needle-path-5f1c',
  "referrer's query": 'needle-query-5f1c',
  'query of the request': 'needle-asked-5f1c',
  cookie: 'needle-cookie-5f1c',
} as const

/** May be kept, and so shows that a place was searched. */
const referrerHost = 'needle-news.example'
const slug = 'needle-slug'

const headers = {
  'User-Agent': `${needles['user agent']}/1.0 (${needles['end of the user agent']})`,
  Referer: `https://${referrerHost}/${needles["referrer's path"]}?q=${needles["referrer's query"]}`,
  Cookie: `id=${needles.cookie}`,
}

async function visit(system: System, link: Link): Promise<void> {
  const { access } = system
  const query = `?email=${needles['query of the request']}`
  for (const address of [needles.address, needles['IPv6 address']]) {
    const visitor = { ...headers, 'X-Forwarded-For': address }
    await follow(`${link.shortLink}${query}`, visitor)
    await follow(`${access.redirect}/needle-unknown${query}`, visitor)
    await follow(`${access.redirect}/needle/%00${query}`, visitor)
    await follow(`${access.redirect}/${query}`, visitor)
  }
  await followFrom(needles['address of the connection'], `${link.shortLink}${query}`)
}

/** As a visitor does whom no proxy stands before. */
async function followFrom(localAddress: string, url: string): Promise<void> {
  const from = url.replace('localhost', '127.0.0.1')
  await new Promise<void>((resolve, reject) => {
    get(from, { localAddress, headers }, (answer) => {
      answer.resume().once('end', resolve)
    }).once('error', reject)
  })
}

/** Each with something that must be found in it. */
async function placesOf(system: System, form: Form): Promise<(readonly [Place, string])[]> {
  for (const database of ['links', 'analytics'] as const) await system.query(database, 'checkpoint')
  const [linksTables, analyticsTables] = await everyTable(system)
  if (linksTables === undefined || analyticsTables === undefined) throw new Error('no tables')
  const files = (name: string, directory: string) => filesIn(name, join(system.data, directory))
  const output: Place = {
    name: 'output of every process',
    contents: [Buffer.from(system.output())],
  }
  const metrics = await everyMetric(system)
  const everywhere = [
    [files('spool', 'spool'), referrerHost],
    [linksTables, slug],
    [analyticsTables, referrerHost],
    [files('files of Postgres', 'postgres'), referrerHost],
    [output, 'listening'],
    ...metrics.map((place) => [place, '_requests_total'] as const),
    [files('all data, whatever it is', '.'), referrerHost],
  ] as const
  if (form === 'start') return [...everywhere]
  return [
    ...everywhere,
    [files('files of the Postgres replica', 'postgres-replica'), referrerHost],
    [files('files of Kafka', 'kafka'), referrerHost],
    [await keysOfRedis(system), slug],
  ]
}

describe.each(forms)('%s', (form) => {
  test('address, user agent, referrer path and query of a visitor are nowhere', async () => {
    await using system = await startSystem({
      form,
      env: { TRUSTED_PROXIES: '127.0.0.1/32, ::1/128' },
    })
    const destination = 'https://needle-destination.example/'
    const link = await createLink(system.access, destination, { slug })
    await visit(system, link)
    await until(
      () => report(system.access, `linkId=${link.id}`),
      ({ totals }) => totals.total === 3,
    )
    const places = await placesOf(system, form)
    const found = places.map(([place, control]) => {
      const bytes = place.contents.reduce((sum, { length }) => sum + length, 0)
      const sums = Object.values(needles).map((needle) => hits(place, needle))
      return {
        place: place.name,
        bytes,
        hits: sums.reduce((sum, count) => sum + count, 0),
        control,
        controlHits: hits(place, control),
      }
    })
    process.stderr.write(`${table(form, found)}\n`)
    for (const { place, hits: of, controlHits } of found) {
      expect([place, of]).toEqual([place, 0])
      expect([place, controlHits > 0]).toEqual([place, true])
    }
    // Nor does anybody who may read a log or a metric learn which links there are.
    for (const [place] of places.filter(([{ name }]) => /^(output|metrics) of/u.test(name)))
      expect([place.name, hits(place, 'needle')]).toEqual([place.name, 0])
  })
})

function table(form: Form, rows: readonly Record<string, string | number>[]): string {
  const lines = rows.map((row) => `| ${Object.values(row).join(' | ')} |`)
  const heads = Object.keys(rows[0] ?? {})
  return [`| ${form}: ${heads.join(' | ')} |`, `|${' --- |'.repeat(heads.length)}`, ...lines].join(
    '\n',
  )
}
