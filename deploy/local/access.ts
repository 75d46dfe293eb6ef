import { rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Options } from './options.ts'
import { originOf } from './services.ts'
import { writePrivateFile } from './private-file.ts'

/** What a client of this start has to know. */
export interface Access {
  readonly redirect: string
  readonly linkWrite: string
  readonly analytics: string
  readonly dashboard: string
  readonly apiKey: string
  /** Name and place of each engine. */
  readonly engines: Readonly<Record<string, string>>
}

export function accessTo(
  options: Pick<Options, 'host' | 'ports'>,
  apiKey: string,
  engines: Access['engines'],
): Access {
  return {
    redirect: originOf('redirect', options),
    linkWrite: originOf('link-write', options),
    analytics: originOf('analytics', options),
    dashboard: originOf('dashboard', options),
    apiKey,
    engines,
  }
}

/** Published when everything is ready: whoever waits for the file may begin. */
export function publishAccess(directory: string, access: Access): void {
  writePrivateFile(fileIn(directory), `${JSON.stringify(access, null, 2)}\n`)
}

export function withdrawAccess(directory: string): void {
  rmSync(fileIn(directory), { force: true })
}

function fileIn(directory: string): string {
  return join(directory, 'access.json')
}
