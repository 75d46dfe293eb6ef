// Links as a small company might have them.
import type { BulkLink } from '@sleepwell/contracts/link'
import type { z } from 'zod'

export interface DemoLink {
  readonly link: z.input<typeof BulkLink>
  /** Clicks on an ordinary day, more or less. */
  readonly daily: number
  /** So many days ago it was first given to anybody. */
  readonly sinceDays: number
  /** Where its visitors come from, beside nowhere. */
  readonly referrers: readonly (readonly [host: string, weight: number])[]
  /** On this day, so many days ago, everybody shares it. */
  readonly viralDaysAgo?: number
}

const mail = [
  ['mail.google.com', 3],
  ['outlook.live.com', 2],
] as const
const social = [
  ['t.co', 4],
  ['l.facebook.com', 3],
  ['lnkd.in', 2],
  ['out.reddit.com', 1],
] as const
const search = [
  ['www.google.com', 6],
  ['duckduckgo.com', 1],
  ['www.bing.com', 1],
] as const
const news = [
  ['news.ycombinator.com', 8],
  ['t.co', 4],
  ['lobste.rs', 1],
  ['out.reddit.com', 3],
] as const

const campaign = (source: string, medium: string, name: string) => ({
  utm: { source, medium, campaign: name },
})

const described: readonly (Omit<DemoLink, 'link'> & {
  readonly link: Omit<DemoLink['link'], 'externalId'>
})[] = [
  one(
    'spring-sale',
    'Spring sale',
    '/shop/spring',
    ['campaign', 'shop'],
    420,
    20,
    mail,
    campaign('newsletter', 'email', 'spring'),
  ),
  one(
    'spring-ig',
    'Spring sale, Instagram',
    '/shop/spring',
    ['campaign', 'shop'],
    260,
    20,
    [['l.instagram.com', 9]],
    campaign('instagram', 'social', 'spring'),
  ),
  one(
    'spring-li',
    'Spring sale, LinkedIn',
    '/shop/spring',
    ['campaign'],
    70,
    19,
    [['lnkd.in', 9]],
    campaign('linkedin', 'social', 'spring'),
  ),
  {
    ...one(
      'why-we-sleep',
      'Why we sleep: the story of an outage',
      '/blog/why-we-sleep',
      ['blog'],
      90,
      24,
      news,
    ),
    viralDaysAgo: 9,
  },
  one('handbook', 'Handbook', '/docs/handbook', ['docs'], 180, 29, search),
  one('api', 'API reference', '/docs/api', ['docs'], 140, 29, search),
  one('changelog', 'Changelog', '/changelog', ['docs'], 45, 29, search),
  one('jobs', 'Open positions', '/jobs', ['people'], 60, 29, [
    ['lnkd.in', 6],
    ['www.google.com', 2],
  ]),
  one(
    'webinar',
    'Webinar: short links that stay up',
    '/events/webinar',
    ['event', 'campaign'],
    110,
    12,
    mail,
    campaign('newsletter', 'email', 'webinar'),
  ),
  one('slides', 'Slides of the webinar', '/events/webinar/slides', ['event'], 80, 6, mail),
  one('podcast', 'Podcast, episode 12', '/podcast/12', ['audio'], 75, 17, [
    ['open.spotify.com', 5],
    ['podcasts.apple.com', 4],
  ]),
  one('menu', 'Menu, as on the tables', '/canteen/menu', ['qr'], 150, 29, []),
  one('wifi', 'Wireless network for guests', '/visit/wifi', ['qr'], 55, 29, []),
  one(
    'survey',
    'Survey of customers',
    '/survey',
    ['research'],
    65,
    10,
    mail,
    campaign('newsletter', 'email', 'survey'),
  ),
  one('press', 'Press kit', '/press', ['press'], 25, 29, news),
  one('app', 'The app', '/app', ['shop'], 130, 27, social),
  one('gift', 'Gift cards', '/shop/gift', ['shop'], 50, 25, search),
  one(
    'refer',
    'Bring a friend',
    '/refer',
    ['shop', 'campaign'],
    85,
    15,
    social,
    campaign('app', 'referral', 'friends'),
  ),
  one('status', 'Status page', '/status', ['docs'], 30, 29, []),
  one('old-shop', 'The shop as it was', '/shop/2024', ['shop'], 8, 29, search),
]

export const demoLinks: readonly DemoLink[] = described.map((demo) => ({
  ...demo,
  link: { ...demo.link, externalId: `demo-${String(demo.link.slug)}` },
}))

function one(
  slug: string,
  title: string,
  path: string,
  tags: string[],
  daily: number,
  sinceDays: number,
  referrers: DemoLink['referrers'],
  more: Partial<DemoLink['link']> = {},
) {
  const destination = `https://www.example.com${path}`
  return { link: { slug, title, destination, tags, ...more }, daily, sinceDays, referrers }
}
