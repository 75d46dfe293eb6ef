import type { Samples } from './metrics.ts'

export interface Finding {
  readonly where: string
  readonly what: string
  /** `down`: nobody answers there. */
  readonly state: 'good' | 'bad' | 'down'
  readonly advice: string
}

interface Sign {
  readonly metric: string
  readonly what: (labels: Readonly<Record<string, string>>) => string
  readonly isBad: (value: number) => boolean
  readonly advice: string
}

/** What the numbers of a process tell about what it depends on. */
const signs: readonly Sign[] = [
  {
    metric: 'dependency_breaker_state',
    what: ({ dependency = '' }) => dependency,
    isBad: (value) => value > 0,
    advice:
      'It did not answer, and is spared: is it running, can it be reached, is its address right?',
  },
  {
    metric: 'redirect_change_feed_age_seconds',
    what: () => 'change feed',
    isBad: (value) => value > 5,
    advice: 'Edits do not reach visitors: no links database answers its questions.',
  },
  {
    metric: 'redirect_replica_lag_seconds',
    what: () => 'replica of the links',
    isBad: (value) => value > 30,
    advice: 'It is too far behind to be read: look at its replication.',
  },
  {
    metric: 'redirect_spool_age_seconds',
    what: () => 'click log, from redirect',
    isBad: (value) => value > 60,
    advice: 'It takes no clicks; they are safe in SPOOL_DIR until its limit.',
  },
  {
    metric: 'analytics_consumer_age_seconds',
    what: () => 'click log, from analytics',
    isBad: (value) => value > 60,
    advice: 'Nothing is read from it: is it running; is another analytics reading it?',
  },
  {
    metric: 'database_backup_age_seconds',
    what: ({ database = '' }) => `backup of ${database}`,
    isBad: (value) => value > 8 * 86_400,
    advice: 'There is no newer base backup: docs/runbooks/BackupOld.md.',
  },
  {
    metric: 'database_archive_age_seconds',
    what: ({ database = '' }) => `archive of ${database}`,
    isBad: (value) => value > 3600,
    advice: 'Its WAL is not archived: docs/backups.md.',
  },
]

/** @param now seconds since the epoch */
export function examine(origin: string, samples: Samples, ready: boolean, now: number): Finding[] {
  const where = `${serviceOf(samples)} at ${origin}`
  const startedAt = samples.get('process_start_time_seconds')?.[0]?.value
  const up = startedAt === undefined ? '' : `up ${Math.round(now - startedAt)} s`
  const own: Finding = ready
    ? { where, what: 'process', state: 'good', advice: up }
    : { where, what: 'process', state: 'bad', advice: 'It is starting, or stopping.' }
  const found = signs.flatMap(({ metric, what, isBad, advice }) =>
    (samples.get(metric) ?? []).map(({ labels, value }): Finding => {
      const bad = isBad(value)
      return { where, what: what(labels), state: bad ? 'bad' : 'good', advice: bad ? advice : '' }
    }),
  )
  const servers = new Set(
    (samples.get('database_connections') ?? []).map(({ labels }) => labels.server ?? ''),
  )
  const databases = [...servers].map((server): Finding => {
    const waiting = samples
      .get('database_connections')
      ?.find(({ labels }) => labels.server === server && labels.state === 'waiting')?.value
    const bad = (waiting ?? 0) > 0
    const advice = bad
      ? `${waiting} questions wait for a connection: is it slow, or its pool too small?`
      : ''
    return { where, what: `database: ${server}`, state: bad ? 'bad' : 'good', advice }
  })
  return [own, ...databases, ...found]
}

function serviceOf(samples: Samples): string {
  for (const service of ['redirect', 'link_write', 'analytics'])
    if (samples.has(`${service}_requests_total`)) return service.replace('_', '-')
  return 'a process'
}
