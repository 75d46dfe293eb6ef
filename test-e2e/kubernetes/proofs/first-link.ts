import type { Link } from '@sleepwell/contracts/link'
import type { ClickReport } from '@sleepwell/contracts/report'
import { firefox } from '../../api.ts'
import { until } from '../cluster.ts'
import { createKey } from '../create-key.ts'
import { shownClicks, signIn } from '../dashboard.ts'
import { expectThat, type Proof, type Stage } from '../stage.ts'
import { startTraffic, urlOf } from '../traffic.ts'

const links = 20
/** Each comes to one of its pods, by chance. */
const visitsOfDashboard = 10
const destination = 'https://example.com/'

export const firstLink: Proof = {
  name: 'first-link',
  promise:
    'the CronJob makes a first key; a link is created, followed, and its click is in a report and on the dashboard, all through the Services',
  foundation: true,
  run: async (stage) => {
    const { found, stop, visitor, program, visitsPerSecond } = stage
    const apiKey = await createKey(stage, 'first-key')
    const made: Link[] = []
    for (let i = 0; i < links; i++) made.push(await createLink(stage, apiKey, `${destination}${i}`))
    const [link] = made
    if (link === undefined) throw new Error('no link')

    // New links are there for everybody within 300 ms; the Service of a new system a moment later.
    const follow = () =>
      visitor.ask({
        url: urlOf('redirect', `/${link.slug}`),
        headers: { 'user-agent': firefox },
      })
    await until('the link can be followed', async () => (await follow()).status === 302, { stop })
    const { headers } = await follow()
    expectThat(headers.location === link.destination, `it leads to ${String(headers.location)}`)
    const report = async (): Promise<ClickReport> => {
      const url = urlOf('analytics', `/v1/reports/clicks?linkId=${link.id}&groupBy=total`)
      const answer = await program.ask({ url, headers: { authorization: `Bearer ${apiKey}` } })
      expectThat(answer.status === 200, `the report answers ${answer.status} ${answer.body}`)
      return JSON.parse(answer.body) as ClickReport
    }
    await until('its clicks are in a report', async () => (await report()).totals.human >= 2, {
      stop,
    })
    const cookie = await signIn(stage, apiKey)
    const shown: number[] = []
    for (let i = 0; i < visitsOfDashboard; i++) shown.push(await shownClicks(stage, cookie))
    const { human } = (await report()).totals
    expectThat(
      shown.every((clicks) => clicks === human),
      `the dashboard shows ${shown.join()} of ${human} clicks`,
    )
    const slugs = made.map(({ slug }) => slug)
    const traffic = await startTraffic({ visitor, program, apiKey, cookie, slugs, visitsPerSecond })
    Object.assign(found, { apiKey, slugs, traffic })
    return { links }
  },
}

async function createLink({ program }: Stage, apiKey: string, destination: string): Promise<Link> {
  const answer = await program.ask({
    method: 'POST',
    url: urlOf('link-write', '/v1/links'),
    headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ destination }),
  })
  expectThat(
    answer.status === 201,
    `link-write answers ${answer.status} ${answer.body}${answer.failure ?? ''}`,
  )
  return JSON.parse(answer.body) as Link
}
