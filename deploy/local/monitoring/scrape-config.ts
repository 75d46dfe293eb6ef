// Whom Prometheus asks, and how often. Written as JSON, which is YAML.
import { probeSlug } from '@sleepwell/contracts/probe-link'
import { createDuration } from '@sleepwell/deploy-slo/duration'

export interface ScrapeTargets {
  /** Admin ports by service. */
  readonly services: Readonly<Record<string, number>>
  /** Where visitors come in. */
  readonly publicUrl: string
  readonly blackbox: number
  readonly alertmanager: number
  readonly prometheus: number
  /** Exporters: job, port, and what it is called. */
  readonly exporters: readonly {
    readonly job: string
    readonly port: number
    readonly instance: string
  }[]
}

const at = (port: number) => `127.0.0.1:${port}`

/** @param ruleFiles their paths */
export function prometheusConfig(
  targets: ScrapeTargets,
  ruleFiles: readonly string[],
  timeScale: number,
): string {
  const d = createDuration(timeScale)
  return JSON.stringify(
    {
      global: {
        scrape_interval: d('15s'),
        scrape_timeout: d('15s'),
        evaluation_interval: d('15s'),
      },
      rule_files: ruleFiles,
      alerting: {
        alertmanagers: [{ static_configs: [{ targets: [at(targets.alertmanager)] }] }],
      },
      scrape_configs: [
        ...Object.entries(targets.services).map(([job, port]) => ({
          job_name: job,
          static_configs: [{ targets: [at(port)] }],
        })),
        {
          // From outside, as a visitor: it is how a monitor knows of what never reaches a process.
          job_name: 'redirect-probe',
          scrape_interval: d('5s'),
          scrape_timeout: d('5s'),
          metrics_path: '/probe',
          params: { module: ['redirect'], target: [`${targets.publicUrl}/${probeSlug}`] },
          static_configs: [
            { targets: [at(targets.blackbox)], labels: { instance: targets.publicUrl } },
          ],
        },
        ...[...new Set(targets.exporters.map(({ job }) => job))].map((job) => ({
          job_name: job,
          // An exporter stands for its engine, and asks it each time.
          scrape_interval: d('30s'),
          static_configs: targets.exporters
            .filter((exporter) => exporter.job === job)
            .map(({ port, instance }) => ({ targets: [at(port)], labels: { instance } })),
        })),
        { job_name: 'prometheus', static_configs: [{ targets: [at(targets.prometheus)] }] },
        { job_name: 'alertmanager', static_configs: [{ targets: [at(targets.alertmanager)] }] },
      ],
    },
    undefined,
    2,
  )
}

/** The probe link leads on, and that is all there is to know: nobody goes there. */
export function blackboxConfig(): string {
  return JSON.stringify(
    {
      modules: {
        redirect: {
          prober: 'http',
          timeout: '2s',
          http: {
            follow_redirects: false,
            valid_status_codes: [302],
            preferred_ip_protocol: 'ip4',
          },
        },
      },
    },
    undefined,
    2,
  )
}
