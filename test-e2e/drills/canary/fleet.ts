// Ten servers, each of which runs the release it was told to, and starts it again when it ends, as systemd would.
import { spawn } from 'node:child_process'
import { openSync } from 'node:fs'
import { join } from 'node:path'
import { environment, isReady } from '@sleepwell/deploy-local/services'
import { type Program, supervise, type Supervised } from '@sleepwell/deploy-local/supervise'

export interface Fleet extends AsyncDisposable {
  readonly names: readonly string[]
  /** Stops what runs there, and starts this; resolves when it is started, or when it is ready if told so. */
  readonly run: (server: string, release: string, until?: 'ready') => Promise<void>
  readonly running: (server: string) => string
}

export interface FleetOptions {
  readonly count: number
  /** Of the first; admin ports are 1000 higher. */
  readonly firstPort: number
  /** Of every process. */
  readonly settings: Readonly<Record<string, string>>
  readonly scratch: string
  readonly say: (line: string) => void
}

export function openFleet({ count, firstPort, settings, scratch, say }: FleetOptions): Fleet {
  const names = Array.from({ length: count }, (_, i) => `redirect-${i + 1}`)
  const hosts = new Map<string, { release: string; process: Supervised }>()
  const hurry = new AbortController().signal
  const run: Fleet['run'] = async (name, release, until) => {
    await hosts.get(name)?.process[Symbol.asyncDispose]()
    const port = firstPort + names.indexOf(name)
    const own = {
      ...settings,
      PORT: String(port),
      ADMIN_PORT: String(port + 1000),
      SPOOL_DIR: join(scratch, `spool-${name}`),
    }
    const quietly = (line: string) => {
      if (!line.endsWith(' stopped')) say(line)
    }
    const process = supervise(program(name, release, own, scratch), { say: quietly, hurry })
    hosts.set(name, { release, process })
    if (until === 'ready') await process.ready
  }
  return {
    names,
    run,
    running: (name) => hosts.get(name)?.release ?? '',
    [Symbol.asyncDispose]: async () => {
      await Promise.all([...hosts.values()].map(({ process }) => process[Symbol.asyncDispose]()))
    },
  }
}

function program(
  name: string,
  release: string,
  settings: Record<string, string>,
  scratch: string,
): Program {
  return {
    name,
    stopSignal: 'SIGTERM',
    killSignal: 'SIGKILL',
    spawn: () => {
      const log = openSync(join(scratch, `${name}.log`), 'a')
      return spawn(process.execPath, ['--import', '@sleepwell/runtime/telemetry', 'src/main.ts'], {
        cwd: join(release, 'services/redirect'),
        env: environment(settings),
        detached: true,
        stdio: ['ignore', log, log, 'ipc'],
      })
    },
    isReady: async () => await isReady(`http://127.0.0.1:${settings.ADMIN_PORT}/readyz`),
  }
}
