import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Engines } from './engines.ts'
import type { Options } from './options.ts'
import { host } from './ports.ts'
import type { Secrets } from './secrets.ts'
import type { Program } from './supervise.ts'

/** In the order of their ports, which is the order in which they are stopped: clicks flow from first to last. */
export const services = ['redirect', 'link-write', 'analytics', 'dashboard'] as const
export type Service = (typeof services)[number]

const adminOffset = 1000
/** Here all share the processor. While analytics catches up on an hour of clicks, no visitor may wait for it. */
const yielding: Readonly<Record<Service, readonly string[]>> = {
  redirect: [],
  'link-write': [],
  analytics: ['nice', '-n', '10'],
  dashboard: ['nice', '-n', '10'],
}
const watched = fileURLToPath(new URL('watched.ts', import.meta.url))
const root = fileURLToPath(new URL('../../', import.meta.url))

export function portOf(service: Service, firstPort: number): number {
  return firstPort + services.indexOf(service)
}

/** Where Kafka listens for other machines. */
export function kafkaPortOf(firstPort: number): number {
  return firstPort + 4
}

/** As it stands in a banner and in short links. */
export function originOf(service: Service, options: Pick<Options, 'host' | 'ports'>): string {
  return `http://${options.host ?? 'localhost'}:${portOf(service, options.ports)}`
}

/** As other services here reach it. */
function localOrigin(service: Service, options: Pick<Options, 'ports'>): string {
  return `http://${host}:${portOf(service, options.ports)}`
}

/** Every port that the services listen on, and who does. */
export function portsOf(firstPort: number): ReadonlyMap<number, string> {
  const ports = services.map((service) => [portOf(service, firstPort), service] as const)
  const admin = ports.map(([port, service]) => [port + adminOffset, `${service} admin`] as const)
  return new Map([...ports, ...admin])
}

/** Where each service tells how it is. */
export function adminPorts(firstPort: number): Readonly<Record<Service, number>> {
  const portOfAdmin = (service: Service) => portOf(service, firstPort) + adminOffset
  return {
    redirect: portOfAdmin('redirect'),
    'link-write': portOfAdmin('link-write'),
    analytics: portOfAdmin('analytics'),
    dashboard: portOfAdmin('dashboard'),
  }
}

export function settingsOf(
  service: Service,
  options: Options,
  secrets: Secrets,
  { urlOf, settings }: Pick<Engines, 'urlOf' | 'settings'>,
): Record<string, string> {
  const own = {
    redirect: {
      LINKS_URL: urlOf('links', 'redirect'),
      SPOOL_DIR: join(options.data, 'spool'),
      VISITOR_KEY: secrets.visitorKey,
      // A disk that hangs must not hold up the names of brokers and databases.
      UV_THREADPOOL_SIZE: '16',
    },
    'link-write': { LINKS_URL: urlOf('links', 'link_write') },
    analytics: {
      ANALYTICS_URL: urlOf('analytics', 'analytics'),
      LINKS_URL: urlOf('links', 'analytics'),
    },
    dashboard: {
      LINKS_API_URL: localOrigin('link-write', options),
      REPORTS_API_URL: localOrigin('analytics', options),
      SESSION_KEY: secrets.sessionKey,
      SIGN_IN_DIR: join(options.data, 'sign-in'),
      ADMIN_URLS: Object.entries(adminPorts(options.ports))
        .map(([name, port]) => `${name}=http://${host}:${port}`)
        .join(),
      DRILLS_DIR: `${root}docs/drills`,
      RELEASES_DIR: process.env.RELEASES_DIR ?? `${root}releases`,
    },
  }
  const port = portOf(service, options.ports)
  return {
    ...own[service],
    ...settings[service],
    PUBLIC_URL: originOf('redirect', options),
    // Empty: on every address, this machine's own included, where they are asked how they are.
    HOST: options.host === undefined ? host : '',
    PORT: String(port),
    ADMIN_PORT: String(port + adminOffset),
    // Nobody stands in front who would have to learn of the end.
    DRAIN_DELAY_SECONDS: '0',
  }
}

export function serviceProgram(
  service: Service,
  settings: Record<string, string>,
  watch: boolean,
): Program {
  const words = ['--import', '@sleepwell/runtime/telemetry', 'src/main.ts']
  const [file = '', ...rest] = [...yielding[service], process.execPath, ...(watch ? [watched] : [])]
  return {
    name: service,
    stopSignal: 'SIGTERM',
    killSignal: 'SIGKILL',
    spawn: () =>
      spawn(file, [...rest, ...words], {
        cwd: `${root}services/${service}`,
        env: environment(settings),
        // In a process group of its own: Ctrl-C is for the supervisor, which stops them in order. By the ipc channel
        // a service notices that the supervisor is gone.
        detached: true,
        stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      }),
    isReady: () => isReady(`http://${host}:${settings.ADMIN_PORT}/readyz`),
  }
}

/** Everything that is not decided here may be set by whoever starts the whole. */
export function environment(settings: Record<string, string>): NodeJS.ProcessEnv {
  const files = Object.keys(settings).map((name) => [`${name}_FILE`, undefined])
  return { ...process.env, ...Object.fromEntries(files), ...settings }
}

/** Whether a server answers 200 there, within a second. */
export async function isReady(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(1000) })
    await response.arrayBuffer()
    return response.ok
  } catch {
    return false
  }
}
