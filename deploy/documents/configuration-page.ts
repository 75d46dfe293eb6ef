import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { markdownTable } from '@sleepwell/deploy-slo/markdown-table'

/** As `describeSettings` of runtime tells it. */
export interface Setting {
  readonly name: string
  readonly description: string
  readonly default: string | null
  readonly required: boolean
}

const services = ['redirect', 'link-write', 'analytics', 'dashboard'] as const

/** Each service says itself what it may be told. */
export function readSettings(): ReadonlyMap<string, readonly Setting[]> {
  return new Map(
    services.map((service) => {
      const file = new URL(`../../services/${service}/src/print-settings.ts`, import.meta.url)
      const text = execFileSync(process.execPath, [fileURLToPath(file)], {
        encoding: 'utf8',
        env: { PATH: process.env.PATH },
      })
      return [service, JSON.parse(text) as Setting[]] as const
    }),
  )
}

/** `docs/configuration.md`. */
export function configurationPage(settings: ReadonlyMap<string, readonly Setting[]>): string {
  const all = [...settings.keys()]
  // What two services say in the same words is one row.
  const rows = new Map<string, { setting: Setting; of: string[] }>()
  for (const [service, list] of settings)
    for (const setting of list) {
      const key = JSON.stringify([
        setting.name,
        setting.description,
        setting.default,
        setting.required,
      ])
      const row = rows.get(key)
      if (row === undefined) rows.set(key, { setting, of: [service] })
      else row.of.push(service)
    }
  const cells = [...rows.values()]
    .toSorted((a, b) => order(a.setting, settings) - order(b.setting, settings))
    .map(({ setting, of }) => [
      `\`${setting.name}\``,
      of.length === all.length ? 'all' : of.join(', '),
      setting.description.replaceAll('|', '\\|'),
      setting.required
        ? 'must be set'
        : setting.default === null
          ? 'none'
          : `\`${setting.default}\``,
    ])
  return `${head}\n\n${markdownTable(['Setting', 'Of', 'Meaning', 'Default'], cells)}\n`
}

const head = `# Configuration

Written by \`npm run generate\` out of the schemas by which each service reads its settings (\`services/*/src/config.ts\`).

Settings are environment variables. A setting \`NAME\` may come from a file, named by \`NAME_FILE\`; an empty one is not set. A
service that is set wrongly lists every mistake and does not start. A URL that is set is an engine that is used. What
\`OTEL_…\` variables mean, OpenTelemetry says.`

/** Rows of one name stand together, where its first service has it. */
function order({ name }: Setting, settings: ReadonlyMap<string, readonly Setting[]>): number {
  const names = [...settings.values()].flat().map((setting) => setting.name)
  return names.indexOf(name)
}
