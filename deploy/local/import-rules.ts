// Who may import what. pnpm links only what a package declares and `exports` opens only what it offers; what is left
// are declarations that should not be there, and paths that reach around both.
import { posix } from 'node:path'

export interface SourcePackage {
  /** Path of its folder from the root, such as `services/redirect`. */
  readonly folder: string
  readonly manifest: Manifest
  readonly files: readonly SourceFile[]
}

export interface Manifest {
  readonly name?: string
  readonly dependencies?: Readonly<Record<string, string>>
  readonly devDependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

export interface SourceFile {
  /** From the package's folder. */
  readonly path: string
  readonly text: string
}

const scope = '@sleepwell/'
const testing = '@sleepwell/testing'
const service = ['contracts', 'runtime', 'click-log']
const api = [...service, 'api-docs']

/** The packages of ours that each folder may use. Nobody may use a service. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  'packages/contracts': [],
  'packages/runtime': [],
  'packages/click-log': ['contracts', 'runtime'],
  'packages/api-docs': [],
  'packages/client': ['contracts'],
  'packages/cli': ['client'],
  'packages/testing': ['contracts', 'click-log'],
  'services/redirect': service,
  'services/link-write': api,
  'services/analytics': api,
  'services/dashboard': ['contracts', 'runtime', 'client'],
  'test-e2e': [
    'contracts',
    'client',
    'testing',
    'deploy-kubernetes',
    'deploy-local',
    'deploy-slo',
    'deploy-release',
  ],
  'deploy/local': ['contracts', 'runtime', 'client', 'deploy-slo'],
  'deploy/slo': ['contracts'],
  'deploy/documents': ['contracts', 'deploy-slo'],
  'deploy/release': ['contracts', 'runtime', 'deploy-local', 'deploy-slo'],
  'deploy/kubernetes': ['contracts'],
}

/** Of these a package takes no more than it needs to be understood everywhere. */
const thirdParties: Readonly<Record<string, readonly string[]>> = { 'packages/contracts': ['zod'] }

/** Of these it takes types only. */
const typesOnly: Readonly<Record<string, string>> = {
  'packages/client': '@sleepwell/contracts',
}

/** Declared once at the root, for every package's tests. */
const testTools = ['@jest/globals', 'fast-check', 'supertest']

/** Every rule that is broken, a sentence each. */
export function brokenRules(packages: readonly SourcePackage[]): string[] {
  return packages.flatMap((one) => [
    ...judgeManifest(one),
    ...one.files.flatMap((file) =>
      importsOf(file.text).flatMap((it) => judgeImport(one, file, it)),
    ),
  ])
}

function judgeManifest({ folder, manifest }: SourcePackage): string[] {
  if (allowed[folder] === undefined) return [`${folder} is not in the table of who may import what`]
  const always = Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies })
  const inTests = Object.keys(manifest.devDependencies ?? {})
  return [
    ...always.filter((name) => !mayUse(folder, name)),
    ...inTests.filter((name) => !mayUse(folder, name) && name !== testing),
  ].map((name) => `${folder} may not depend on ${name}`)
}

function judgeImport(
  one: SourcePackage,
  file: SourceFile,
  { specifier, typeOnly }: Import,
): string[] {
  const { folder, manifest } = one
  const inTest = isTest(`${folder}/${file.path}`)
  const refuse = (why: string) => [`${folder}/${file.path} imports ${specifier}: ${why}`]
  if (specifier.startsWith('node:')) return []
  if (/^[./]/u.test(specifier)) {
    const target = posix.join(folder, posix.dirname(file.path), specifier)
    if (!target.startsWith(`${folder}/`)) return refuse('outside its package')
    return isTest(target) && !inTest ? refuse('only a test may') : []
  }
  const name = packageOf(specifier)
  if (name === manifest.name) return []
  if (!mayUse(folder, name) && !(inTest && (name === testing || isTestTool(name))))
    return refuse('not allowed')
  if (typesOnly[folder] === name && !typeOnly) return refuse('only its types are allowed')
  const { dependencies, optionalDependencies, devDependencies } = manifest
  const toBuild = inTest || isBuiltIn(`${folder}/${file.path}`)
  const declared = { ...dependencies, ...optionalDependencies, ...(toBuild && devDependencies) }
  // One of several, picked at run time.
  const [start = name, ...varying] = name.split('${')
  const known = Object.keys(declared).some((it) =>
    varying.length > 0 ? it.startsWith(start) : it === name,
  )
  return known || (inTest && isTestTool(name)) ? [] : refuse('not declared')
}

function mayUse(folder: string, name: string): boolean {
  if (name.startsWith(scope)) return allowed[folder]?.includes(name.slice(scope.length)) ?? false
  return thirdParties[folder]?.includes(name) ?? true
}

function isTestTool(name: string): boolean {
  return testTools.includes(name)
}

function isTest(path: string): boolean {
  return /(\.(test|behaviour)|(^|\/)test-[^/]*)\.ts$/u.test(path) || path.startsWith('test-e2e/')
}

/** The page, and what makes a bundle of it: what they import is in the bundle, so that no image needs the package. */
function isBuiltIn(path: string): boolean {
  return /^services\/dashboard\/(page\/|build-page\.ts$|vite\.config\.ts$)/u.test(path)
}

function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')
}

interface Import {
  readonly specifier: string
  readonly typeOnly: boolean
}

const patterns = [
  /^(?:import|export)\s(?<names>[\w\s{},*$]*?)\bfrom\s*(?<quote>['"])(?<specifier>[^'"\n]+)\k<quote>/gmu,
  /^import\s*(?<quote>['"])(?<specifier>[^'"\n]+)\k<quote>/gmu,
  /\bimport(?:\.meta\.resolve)?\(\s*(?<quote>['"`])(?<specifier>[^'"`\n]+)\k<quote>/gu,
]

/** Of the text of a module: static, dynamic, re-exported and resolved. */
export function importsOf(text: string): Import[] {
  return patterns.flatMap((pattern) =>
    [...text.matchAll(pattern)].map(({ groups }) => ({
      specifier: groups?.specifier ?? '',
      typeOnly: /^type\b/u.test(groups?.names ?? ''),
    })),
  )
}
