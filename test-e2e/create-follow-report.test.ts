import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals'
import { clientOf, createLink, follow, report, until } from './api.ts'
import { forms, startSystem, type System } from './system.ts'

jest.setTimeout(120_000)

let system: System
describe.each(forms)('%s', (form) => {
  beforeAll(async () => {
    system = await startSystem({ form })
    await visitorsAreKnown()
  })
  afterAll(async () => await system[Symbol.asyncDispose]())

  test('a link that was created is followed and its click is in the report', async () => {
    const { access } = system
    const link = await createLink(access, 'https://example.com/spring?utm_source=mail')
    expect(link.shortLink).toBe(`${access.redirect}/${link.slug}`)
    const followed = await follow(link.shortLink, { Referer: 'https://news.example/today' })
    expect(followed).toMatchObject({
      status: 302,
      location: 'https://example.com/spring?utm_source=mail',
    })
    await follow(link.shortLink, { 'User-Agent': 'curl/8.5.0' })

    const counted = await until(
      () => report(access, `linkId=${link.id}`),
      ({ totals }) => totals.total === 2,
    )
    expect(counted.totals).toEqual({ total: 2, human: 1, bot: 1, unique: 1 })
    const byReferrer = await report(access, `linkId=${link.id}&groupBy=referrer`)
    expect(byReferrer.rows.find((row) => row.key === 'news.example')?.total).toBe(1)
  })

  test('what a report says to be complete, is', async () => {
    const { access } = system
    const link = await createLink(access, 'https://example.com/complete')
    await Promise.all(Array.from({ length: 20 }, () => follow(link.shortLink)))
    const answeredAt = new Date().toISOString()
    const complete = await until(
      () => report(access, `linkId=${link.id}`),
      ({ dataThrough }) => dataThrough !== null && dataThrough > answeredAt,
    )
    expect(complete.totals.total).toBe(20)
  })

  test('an edit and a deletion are seen by visitors', async () => {
    const { access } = system
    const link = await createLink(access, 'https://example.com/old')
    const client = clientOf(access)
    expect(await follow(link.shortLink)).toMatchObject({ location: 'https://example.com/old' })

    const changes = { destination: 'https://example.com/new' }
    const edited = await client.updateLink(link.id, changes, { ifMatch: link })
    expect(edited.version).toBe(link.version + 1)
    await until(
      () => follow(link.shortLink),
      ({ location }) => location === 'https://example.com/new',
    )

    await client.deleteLink(link.id, { ifMatch: edited })
    await until(
      () => follow(link.shortLink),
      ({ status }) => status === 410,
    )
  })

  test('a link that was asked for before it existed works once it does', async () => {
    const { access } = system
    expect(await follow(`${access.redirect}/too-early`)).toMatchObject({ status: 404 })
    const link = await createLink(access, 'https://example.com/early', { slug: 'too-early' })
    await until(
      () => follow(link.shortLink),
      ({ status }) => status === 302,
    )
  })

  test('an expired link is gone', async () => {
    const { access } = system
    const expiresAt = new Date(Date.now() + 1500).toISOString()
    const link = await createLink(access, 'https://example.com/brief', { expiresAt })
    expect(await follow(link.shortLink)).toMatchObject({ status: 302 })
    await until(
      () => follow(link.shortLink),
      ({ status }) => status === 410,
    )
  })

  test('a link for two people is followed by two at most', async () => {
    const { access } = system
    const link = await createLink(access, 'https://example.com/two', { maxClicks: 2 })
    const statuses: number[] = []
    await until(
      () => follow(link.shortLink),
      ({ status }) => statuses.push(status) > 0 && status === 410,
    )
    // A claim that the primary granted too late on a busy machine is spent.
    expect(statuses.filter((status) => status === 302).length).toBeLessThanOrEqual(2)
  })

  test('a link obeys what it is told, and nobody follows it once it is blocked', async () => {
    const { access } = system
    const rules = { forwardQuery: true, redirectStatus: 307, cacheSeconds: 60 } as const
    const link = await createLink(access, 'https://example.com/?a=1', rules)
    expect(await follow(`${link.shortLink}?a=2&b=3`)).toMatchObject({
      status: 307,
      location: 'https://example.com/?a=2&b=3',
    })
    const client = clientOf(access)
    const blocked = await client.updateLink(link.id, { blocked: true }, { ifMatch: '*' })
    expect(blocked.blocked).toBe(true)
    await until(
      () => follow(link.shortLink),
      ({ status }) => status === 410,
    )
    const refused = await fetch(link.shortLink)
    expect(await refused.json()).toMatchObject({ code: 'link_blocked' })
  })

  test('a link that changes its slug is followed by both, and its clicks are its own', async () => {
    const { access } = system
    const link = await createLink(access, 'https://example.com/one', { slug: `before-${form}` })
    await follow(link.shortLink)
    const client = clientOf(access)
    const changes = { slug: `after-${form}`, destination: 'https://example.com/two' }
    const moved = await client.updateLink(link.id, changes, { ifMatch: link })
    expect(moved.aliases).toEqual([link.slug])
    for (const shortLink of [link.shortLink, moved.shortLink])
      await until(
        () => follow(shortLink),
        ({ location }) => location === 'https://example.com/two',
      )
    const before = await report(access, `linkId=${link.id}`)
    for (const shortLink of [link.shortLink, moved.shortLink]) await follow(shortLink)
    await until(
      () => report(access, `linkId=${link.id}`),
      ({ totals }) => totals.total >= Math.max(5, before.totals.total + 2),
    )
    await client.deleteAlias(link.id, link.slug, { ifMatch: moved })
    await until(
      () => follow(link.shortLink),
      ({ status }) => status === 410,
    )
    expect(await follow(moved.shortLink)).toMatchObject({ status: 302 })
  })

  test('a link is shown to a crawler, inspected, followed below, and leads elsewhere once it is used up', async () => {
    const { access } = system
    const link = await createLink(access, 'https://example.com/docs', {
      forwardPath: true,
      noindex: true,
      maxClicks: 1,
      expiredDestination: 'https://example.com/over',
      preview: { title: 'Docs' },
    })
    const shown = await fetch(link.shortLink, { headers: { 'User-Agent': 'Twitterbot/1.0' } })
    expect(shown.headers.get('x-robots-tag')).toBe('noindex')
    expect(await shown.text()).toContain('<meta property="og:title" content="Docs">')
    const told = await (await fetch(`${link.shortLink}+`)).json()
    expect(told).toMatchObject({ destination: 'https://example.com/docs', limited: true })
    const visited: (string | null)[] = []
    await until(
      () => follow(`${link.shortLink}/a/b`),
      ({ location }) => visited.push(location) > 0 && location === 'https://example.com/over',
    )
    // A claim that the primary granted too late on a busy machine is spent.
    expect(['https://example.com/docs/a/b', 'https://example.com/over', null]).toContain(visited[0])
  })

  test('every process reports its own numbers', async () => {
    expect(await system.metricsOf('redirect')).toMatch(
      /^redirect_requests_total\{outcome="found".*\} [1-9]/mu,
    )
    expect(await system.metricsOf('link-write')).toMatch(
      /^link_write_requests_total\{.*status="201".*\} [1-9]/mu,
    )
    expect(await system.metricsOf('analytics')).toMatch(
      /^analytics_records_total\{outcome="counted".*\} [1-9]/mu,
    )
  })
})

/** A new system has no salt in its first second: its clicks are counted, and nobody is unique. */
async function visitorsAreKnown() {
  const { access } = system
  const link = await createLink(access, 'https://example.com/first')
  await until(
    async () => {
      await follow(link.shortLink)
      return await report(access, `linkId=${link.id}`)
    },
    ({ totals }) => totals.unique === 1,
  )
}
