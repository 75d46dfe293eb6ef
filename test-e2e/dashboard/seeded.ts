// A system with links and clicks of several kinds, made the way people make them.
import { createLink, firefox, follow, report, until } from '../api.ts'
import { startSystem, type System, type SystemOptions } from '../system.ts'

const iphone =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Mobile/15E148 Safari/604.1'

/** Titles, referrers and campaigns that would run, were they ever taken for anything but text. */
export const hostile = [
  '<script>window.hurt=1</script>',
  '"><img src=x onerror="window.hurt=1">',
  "'-window.hurt=1-'",
  'javascript:window.hurt=1',
  '<svg/onload=window.hurt=1>',
  '{{constructor.constructor("window.hurt=1")()}}',
  '=HYPERLINK("http://evil.example","click")',
  '\u202Etxt.exe',
] as const

/** Each of them is followed so often by people, and once by a bot. */
export const followed = [7, 4, 2] as const

export interface Seeded extends AsyncDisposable {
  readonly system: System
  /** As many clicks as reports have in the end. */
  readonly clicks: number
}

/** @param prepare done before there is a click */
export async function startSeeded(
  options: SystemOptions = {},
  prepare: (system: System) => Promise<unknown> = async () => {},
): Promise<Seeded> {
  const system = await startSystem(options)
  await prepare(system)
  const { access } = system
  let clicks = 0
  for (const [i, people] of followed.entries()) {
    const slug = ['spring', 'summer', 'autumn'][i] ?? ''
    const link = await createLink(access, `https://shop.example/${slug}`, {
      slug,
      title: `The ${slug} letter`,
      tags: ['letter', slug],
    })
    for (let n = 0; n < people; n++)
      await follow(`${link.shortLink}?utm_source=${n % 2 === 0 ? 'mail' : 'print'}`, {
        'User-Agent': n % 3 === 0 ? iphone : firefox,
        Referer: n % 2 === 0 ? 'https://news.example/today' : 'https://blog.example/',
      })
    await follow(link.shortLink, { 'User-Agent': 'curl/8.5.0' })
    clicks += people + 1
  }
  for (const text of hostile) {
    const link = await createLink(access, 'https://shop.example/hostile', {
      title: text,
      notes: text,
      tags: [text.slice(0, 50)],
    })
    await follow(`${link.shortLink}?utm_campaign=${encodeURIComponent(text)}`)
    clicks += 1
  }
  for (const slug of ['sprung', 'sprung', 'sumer']) await follow(`${access.redirect}/${slug}`)
  await until(
    () => report(access, 'groupBy=total'),
    ({ totals }) => totals.total === clicks,
  )
  await until(
    () =>
      system.query<{ tries: number }>('analytics', 'select sum(human)::int as tries from orphans'),
    ([row]) => row?.tries === 3,
  )
  return { system, clicks, [Symbol.asyncDispose]: () => system[Symbol.asyncDispose]() }
}
