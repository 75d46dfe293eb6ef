// Prometheus with its rules, Alertmanager, a monitor that comes as a visitor, and exporters beside the engines.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { alertmanagerConfig } from '@sleepwell/deploy-slo/alertmanager'
import { createDuration } from '@sleepwell/deploy-slo/duration'
import { alertGroups, sloGroups } from '@sleepwell/deploy-slo/rules'
import { ruleFile } from '@sleepwell/deploy-slo/rule-file'
import { runIn, type EngineContext } from '../engines.ts'
import { freePort, host } from '../ports.ts'
import { adminPorts, originOf } from '../services.ts'
import type { Program } from '../supervise.ts'
import { openAlertReceiver } from './alert-receiver.ts'
import { httpProgram } from './http-program.ts'
import { blackboxConfig, prometheusConfig } from './scrape-config.ts'

export interface MonitoredEngines {
  /** Of the superuser, without a database; by the name that people know a server by. */
  readonly postgres: Readonly<Record<string, string>>
  readonly redisUrl: string
}

/** Resolves, when all of it is ready, to where people find it. */
export async function openMonitoring(
  { options, supervision, open }: EngineContext,
  engines: MonitoredEngines,
): Promise<Record<string, string>> {
  const directory = join(options.data, 'monitoring')
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  const write = (name: string, text: string) => {
    const path = join(directory, name)
    writeFileSync(path, text, { mode: 0o600 })
    return path
  }
  const { timeScale } = options
  const d = createDuration(timeScale)
  const receiver = open.use(
    await openAlertReceiver({
      directory: join(directory, 'alerts'),
      say: supervision.say,
      watchdogMs: d.seconds('5m') * 1000,
    }),
  )
  const servers = Object.entries(engines.postgres)
  // One row: ports that are drawn one by one, and not yet taken, may be the same.
  const first = await freePort(Array.from({ length: servers.length + 4 }, (_, i) => i))
  const [prometheus, alertmanager, blackbox, redisPort] = [first, first + 1, first + 2, first + 3]
  const exporters = [
    ...servers.map(([instance, url], i) => {
      const port = first + 4 + i
      return { job: 'postgres', port, instance, program: postgresExporter(instance, url, port) }
    }),
    {
      job: 'redis',
      port: redisPort,
      instance: 'redis',
      program: redisExporter(engines.redisUrl, redisPort),
    },
  ]

  const rules = [
    write('slo.rules.yml', ruleFile(sloGroups(timeScale))),
    write('alerts.rules.yml', ruleFile(alertGroups(timeScale))),
  ]
  const targets = {
    services: adminPorts(options.ports),
    publicUrl: originOf('redirect', options).replace('localhost', host),
    blackbox,
    alertmanager,
    prometheus,
    exporters,
  }
  const programs = [
    httpProgram({
      name: 'Alertmanager',
      words: [
        'prometheus-alertmanager',
        `--config.file=${write('alertmanager.yml', alertmanagerConfig({ urls: receiver.urls, timeScale }))}`,
        `--storage.path=${join(directory, 'alertmanager')}`,
        `--web.listen-address=${host}:${alertmanager}`,
        '--cluster.listen-address=',
      ],
      readyUrl: `http://${host}:${alertmanager}/-/ready`,
    }),
    httpProgram({
      name: 'Blackbox exporter',
      words: [
        'prometheus-blackbox-exporter',
        `--config.file=${write('blackbox.yml', blackboxConfig())}`,
        `--web.listen-address=${host}:${blackbox}`,
      ],
      readyUrl: `http://${host}:${blackbox}/-/healthy`,
    }),
    ...exporters.map(({ program }) => program),
    httpProgram({
      name: 'Prometheus',
      words: [
        'prometheus',
        `--config.file=${write('prometheus.yml', prometheusConfig(targets, rules, timeScale))}`,
        `--storage.tsdb.path=${join(directory, 'prometheus')}`,
        '--storage.tsdb.retention.time=40d', // longer than the window of any SLO
        `--rules.alert.resend-delay=${d('1m')}`,
        `--web.listen-address=${host}:${prometheus}`,
      ],
      readyUrl: `http://${host}:${prometheus}/-/ready`,
    }),
  ]
  await Promise.all(programs.map((program) => runIn(open, program, supervision)))
  return {
    Prometheus: `http://${host}:${prometheus}`,
    Alertmanager: `http://${host}:${alertmanager}`,
  }
}

function postgresExporter(instance: string, url: string, port: number): Program {
  return httpProgram({
    name: `Exporter of ${instance}`,
    words: ['prometheus-postgres-exporter', `--web.listen-address=${host}:${port}`],
    env: { DATA_SOURCE_NAME: `${url}/postgres?sslmode=disable` },
    readyUrl: `http://${host}:${port}/`,
  })
}

function redisExporter(url: string, port: number): Program {
  const { host: place, password } = new URL(url)
  return httpProgram({
    name: 'Exporter of Redis',
    words: ['prometheus-redis-exporter'],
    env: {
      REDIS_ADDR: `redis://${place}`,
      REDIS_PASSWORD: password,
      REDIS_EXPORTER_WEB_LISTEN_ADDRESS: `${host}:${port}`,
    },
    readyUrl: `http://${host}:${port}/`,
  })
}
