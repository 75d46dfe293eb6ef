// What the services stand on. The forms of the system differ in the engines that they open, and in nothing else.
import { join } from 'node:path'
import { databaseUrls, prepareDatabases, type Database, type DatabaseUrl } from './databases.ts'
import type { Options } from './options.ts'
import type { Postgres } from './postgres-program.ts'
import { preparePostgres } from './postgres.ts'
import type { Secrets } from './secrets.ts'
import type { Service } from './services.ts'
import { supervise, type Program, type Supervision } from './supervise.ts'

export interface Engines {
  readonly urlOf: DatabaseUrl
  /** What a service is told beside what it is told anyway. */
  readonly settings: Partial<Record<Service, Readonly<Record<string, string>>>>
  /** Name and place of each engine, for people. */
  readonly places: Readonly<Record<string, string>>
  /** Opens what watches all of it, once the services run; resolves to name and place of each. */
  readonly monitor?: () => Promise<Readonly<Record<string, string>>>
  /** Waited for once redirect has shipped its clicks and stopped, while analytics still runs. */
  readonly lastClicks: () => Promise<void>
}

export interface EngineContext {
  readonly options: Options
  readonly secrets: Secrets
  readonly supervision: Supervision
  /** Closed in reverse, also when the start was cut short. */
  readonly open: AsyncDisposableStack
  /** Aborted when the start is not wanted any more. */
  readonly stop: AbortSignal
  readonly step: <T>(title: string, run: () => Promise<T>) => Promise<T>
}

export type OpenEngines = (context: EngineContext) => Promise<Engines>

export function postgresDirectory(options: Options): string {
  return join(options.data, 'postgres')
}

export async function openPostgres(context: EngineContext): Promise<Postgres> {
  const { options, secrets, supervision, open } = context
  const postgres = await preparePostgres({
    directory: postgresDirectory(options),
    password: secrets.postgres,
  })
  await runIn(open, postgres, supervision)
  return postgres
}

export async function openDatabases(
  { secrets }: EngineContext,
  postgres: Pick<Postgres, 'url'>,
  databases?: readonly Database[],
) {
  return await prepareDatabases(postgres.url, (role) => secrets.passwords[role], databases)
}

export function urlsOn({ secrets }: EngineContext, server: Pick<Postgres, 'url'>): DatabaseUrl {
  return databaseUrls(server.url, (role) => secrets.passwords[role])
}

/** Resolves when the program is ready. What was prepared while everything else was closed is not started any more. */
export async function runIn(
  open: AsyncDisposableStack,
  program: Program,
  supervision: Supervision,
): Promise<void> {
  if (open.disposed) throw new Error('Stopped before the end.')
  await open.use(supervise(program, supervision)).ready
}

/** Without the password that may be in a URL; of several hosts all. */
export function placeOf(url: string): string {
  return /^[a-z]+:\/\/(?:[^@/]*@)?([^/?]*)/u.exec(url)?.[1] ?? ''
}
