import { readFileSync, statSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { UsageError } from './exit-code.ts'

export type Env = Readonly<Record<string, string | undefined>>

export interface Settings {
  /** Origins of link-write and of analytics. */
  readonly links: string
  readonly reports: string
  readonly apiKey: string | undefined
  /** Origins of admin ports, for `doctor`. */
  readonly admin: readonly string[]
}

const names = ['links', 'reports', 'apiKey', 'admin'] as const
type Name = (typeof names)[number]
type Given = Partial<Record<Name, string>>

/** As `npm start` has it. */
const defaults = {
  links: 'http://localhost:8081',
  reports: 'http://localhost:8082',
  admin: 'http://localhost:9080,http://localhost:9081,http://localhost:9082',
}

export function configFile(env: Env): string {
  const folder = env.XDG_CONFIG_HOME ?? join(env.HOME ?? homedir(), '.config')
  return env.SLEEPWELL_CONFIG ?? join(folder, 'sleepwell/config.json')
}

/** A flag goes before the environment, which goes before the file. */
export function readSettings(flags: Given, env: Env): Settings {
  const variables: Given = {
    ...(env.SLEEPWELL_LINKS && { links: env.SLEEPWELL_LINKS }),
    ...(env.SLEEPWELL_REPORTS && { reports: env.SLEEPWELL_REPORTS }),
    ...(env.SLEEPWELL_API_KEY && { apiKey: env.SLEEPWELL_API_KEY }),
    ...(env.SLEEPWELL_ADMIN && { admin: env.SLEEPWELL_ADMIN }),
  }
  const { links, reports, apiKey, admin }: Given & typeof defaults = {
    ...defaults,
    ...readConfigFile(configFile(env)),
    ...variables,
    ...flags,
  }
  for (const origin of [links, reports, ...admin.split(',')])
    if (!/^https?:\/\//u.test(origin) || !URL.canParse(origin))
      throw new UsageError(`not an http or https origin: ${origin}`)
  return { links, reports, apiKey, admin: admin.split(',') }
}

/** It may hold a key: one that others can read is refused. */
function readConfigFile(path: string): Given {
  const found = statSync(path, { throwIfNoEntry: false })
  if (found === undefined) return {}
  if ((found.mode & 0o077) !== 0)
    throw new UsageError(`others may read ${path}, and it may hold a key: chmod 600 ${path}`)
  const given = parse(readFileSync(path, 'utf8'), path)
  for (const [name, value] of Object.entries(given)) {
    if (!names.some((known) => known === name)) throw new UsageError(`${path}: unknown: ${name}`)
    if (typeof value !== 'string') throw new UsageError(`${path}: ${name} must be text`)
  }
  return given
}

function parse(text: string, path: string): Given {
  try {
    return Object(JSON.parse(text)) as Given
  } catch (error) {
    throw new UsageError(`${path} is not JSON: ${error instanceof Error ? error.message : ''}`)
  }
}
