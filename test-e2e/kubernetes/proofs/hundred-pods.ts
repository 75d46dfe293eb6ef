// As many pods as the overlay says: one of them is 1 % of the visitors.
import { namespace, podsOf, isReady, until } from '../cluster.ts'
import { release } from '../release.ts'
import { expectThat, type Figures, type Proof, type Stage, trafficOf } from '../stage.ts'
import { expectNoneFailed } from '../under-load.ts'
import { figuresOfRelease, overlayOf, releaseGood } from './releases.ts'

const pods = 100
/** So many start at a time: each takes a second of a core. */
const step = 20

export const hundredPods: Proof = {
  name: 'hundred-pods',
  promise:
    'of a hundred pods one has a bad release until it is taken back, and a good one reaches them all',
  run: async (stage) => {
    const scaled = await scaleUp(stage)
    const overlay = { ...overlayOf(stage), redirectPods: pods }
    const stable = { redirect: 'next', 'link-write': 'next', analytics: 'next', dashboard: 'next' }
    const bad = await release(stage, { ...overlay, releases: { ...stable, redirect: 'failing' } })
    const { asked, failed } = bad.counts.visits
    expectThat(bad.outcome === 'aborted', 'all pods run a bad release now')
    expectThat(bad.mostPods === 1, `it had ${bad.mostPods} pods`)
    expectThat(failed < asked / pods, `${failed} of ${asked} visits failed`)
    const releases = {
      redirect: 'good',
      'link-write': 'good',
      analytics: 'good',
      dashboard: 'good',
    }
    const good = await releaseGood(stage, { ...overlay, releases })
    return { ...scaled, ...named('bad', figuresOfRelease(bad)), ...named('good', good) }
  },
}

async function scaleUp(stage: Stage): Promise<Figures> {
  const { cluster, engines, scraping, redirectPods, say, stop } = stage
  const startedAt = performance.now()
  const counted = await trafficOf(stage).watch()
  for (let now = redirectPods; now < pods;) {
    now = Math.min(pods, now + step)
    const patch = JSON.stringify({ spec: { replicas: now } })
    await cluster.kubectl([
      '-n',
      namespace,
      'patch',
      'rollout',
      'redirect',
      '--type=merge',
      '-p',
      patch,
    ])
    const all = async () => (await podsOf(cluster, 'redirect')).filter(isReady).length === now
    await until(`${now} pods are ready`, all, { stop, minutes: 15 })
    say(`${now} pods are ready`)
  }
  expectNoneFailed(await counted())
  const seconds = Math.round((performance.now() - startedAt) / 1000)
  const of = 'job="redirect"'
  const bytes = await scraping.ask(`sum(process_resident_memory_bytes{${of}})`)
  const cores = await scraping.ask(`sum(rate(process_cpu_seconds_total{${of}}[1m]))`)
  const connections = await engines.query<{ count: number }>(
    'links',
    `select count(*)::int from pg_stat_activity where usename = 'redirect'`,
  )
  return {
    secondsToScale: seconds,
    memoryMebibytes: Math.round((bytes ?? 0) / 2 ** 20),
    cores: Math.round((cores ?? 0) * 100) / 100,
    connections: connections[0]?.count ?? 0,
  }
}

function named(prefix: string, figures: Figures): Figures {
  return Object.fromEntries(
    Object.entries(figures).map(([name, value]) => {
      return [`${prefix}${name.charAt(0).toUpperCase()}${name.slice(1)}`, value]
    }),
  )
}
