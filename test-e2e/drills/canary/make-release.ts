// Releases as directories: copies of the redirect service, some with a module that spoils what it was given. The product has no switch for it.
import { cpSync, mkdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const service = fileURLToPath(new URL('../../../services/redirect', import.meta.url))

export const faults = ['failing', 'slow', 'crashing'] as const
export type Fault = (typeof faults)[number]

/** @returns its path, absolute */
export function makeRelease(directory: string, name: string, fault?: Fault): string {
  const release = join(directory, name)
  const own = join(release, 'services/redirect')
  mkdirSync(own, { recursive: true })
  cpSync(join(service, 'src'), join(own, 'src'), { recursive: true })
  cpSync(join(service, 'package.json'), join(own, 'package.json'))
  symlinkSync(join(service, 'node_modules'), join(own, 'node_modules'))
  if (fault !== undefined) spoilRelease(own, fault)
  return release
}

/** @param own a copy of the folder of the redirect service */
export function spoilRelease(own: string, fault: Fault): void {
  const source = (file: string) => join(own, 'src', file)
  cpSync(fileURLToPath(new URL(`spoilers/${fault}.ts`, import.meta.url)), source('spoil.ts'))
  renameSync(source('redirect.ts'), source('unspoiled-redirect.ts'))
  writeFileSync(
    source('redirect.ts'),
    `import { createRedirect as create, type RedirectDeps } from './unspoiled-redirect.ts'
import { spoil } from './spoil.ts'
export type { Redirect } from './unspoiled-redirect.ts'
export const createRedirect = (deps: RedirectDeps) => create(spoil(deps))
`,
  )
}
