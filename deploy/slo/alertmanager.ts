// Who hears of what. Redirect trouble wakes somebody; that reports are late never does, at any hour; that clicks may be lost does.
import { stringify } from 'yaml'
import { createDuration } from './duration.ts'
import { generatedNote } from './rule-file.ts'

export interface AlertmanagerOptions {
  /** Where each kind is sent to, by POST; the format is Alertmanager's webhook. */
  readonly urls: Readonly<Record<'page' | 'ticket' | 'watchdog', string>>
  readonly timeScale?: number
  /** Alertmanager's form. Unless told, those of a week; in a drill, whose hours are minutes, it is always one of them. */
  readonly officeHours?: readonly TimeInterval[]
}

export interface TimeInterval {
  readonly weekdays?: readonly string[]
  readonly times?: readonly { readonly start_time: string; readonly end_time: string }[]
  readonly location?: string
}

const officeHoursName = 'office-hours'
const week: readonly TimeInterval[] = [
  {
    weekdays: ['monday:friday'],
    times: [{ start_time: '09:00', end_time: '17:00' }],
    location: 'UTC',
  },
]

export function alertmanagerConfig(options: AlertmanagerOptions): string {
  const { urls, timeScale = 1, officeHours = timeScale === 1 ? week : [{}] } = options
  const d = createDuration(timeScale)
  const config = {
    route: {
      receiver: 'ticket',
      group_by: ['alertname', 'service'],
      group_wait: d('30s'),
      group_interval: d('5m'),
      repeat_interval: d('12h'),
      routes: [
        {
          // Whoever watches the watchdog misses it after a few minutes.
          matchers: ['alertname="Watchdog"'],
          receiver: 'watchdog',
          group_wait: '0s',
          group_interval: d('1m'),
          repeat_interval: d('1m'),
        },
        {
          matchers: ['severity="page"'],
          receiver: 'page',
          // What one cause does to a service is one page, however many alerts tell of it.
          group_by: ['service'],
          group_wait: d('10s'),
          repeat_interval: d('1h'),
          routes: [
            {
              matchers: ['service="link-write"'],
              receiver: 'page',
              // Without databases it fails before redirects do: they have to have their page first, to keep this one back.
              group_wait: d('2m'),
            },
          ],
        },
        {
          matchers: ['severity="ticket"', 'service="analytics"'],
          receiver: 'ticket',
          active_time_intervals: [officeHoursName],
        },
        { matchers: ['severity="ticket"'], receiver: 'ticket' },
      ],
    },
    time_intervals: [{ name: officeHoursName, time_intervals: officeHours }],
    inhibit_rules: [
      // The slow burn of a budget that also burns fast.
      inhibit(['severity="page"', 'slo!=""'], ['severity="ticket"', 'slo!=""'], ['slo']),
      // Where nothing is known of redirects, nothing else that is said of them is news.
      inhibit(
        ['alertname="RedirectTrafficAbsent"'],
        ['alertname=~"RedirectTrafficCeased|TargetDown"', 'job=~"redirect|"'],
      ),
      // Without databases nothing can be written either.
      inhibit(
        ['alertname=~"RedirectErrors|RedirectAvailabilityBurn"', 'severity="page"'],
        ['service="link-write"', 'severity="page"'],
      ),
      inhibit(['alertname="ConsumerStalled"'], ['alertname=~"ReportsOld|ClickFreshnessBurn"']),
      inhibit(['alertname="SpoolFilling"'], ['alertname="SpoolOld"'], ['instance']),
    ],
    receivers: Object.entries(urls).map(([name, url]) => ({
      name,
      webhook_configs: [{ url, send_resolved: name !== 'watchdog' }],
    })),
  }
  return `# ${generatedNote}\n${stringify(config, { lineWidth: 0, aliasDuplicateObjects: false })}`
}

function inhibit(
  source: readonly string[],
  target: readonly string[],
  equal: readonly string[] = [],
) {
  return { source_matchers: source, target_matchers: target, ...(equal.length > 0 && { equal }) }
}
