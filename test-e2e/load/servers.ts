// What a redirect is measured against: servers that answer 302 and do nothing else, each a process of its own.
import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { follow, until } from '../api.ts'

export interface Server extends AsyncDisposable {
  readonly url: string
  readonly pid: number
}

export async function startNodeServer(script: string, port: number): Promise<Server> {
  const path = fileURLToPath(new URL(script, import.meta.url))
  return await started(spawn(process.execPath, [path, String(port)], { stdio: 'inherit' }), port)
}

/** Undefined where there is no nginx (Debian: nginx-light). */
export async function startNginx(port: number): Promise<Server | undefined> {
  if (spawnSync('nginx', ['-v']).error !== undefined) return undefined
  const directory = mkdtempSync(join(tmpdir(), 'sleepwell-nginx-'))
  const config = join(directory, 'nginx.conf')
  writeFileSync(
    config,
    `daemon off;
    master_process off;
    pid ${directory}/nginx.pid;
    error_log stderr crit;
    events {}
    http {
      access_log off;
      keepalive_requests 1000000000;
      client_body_temp_path ${directory}/body;
      proxy_temp_path ${directory}/proxy;
      fastcgi_temp_path ${directory}/fastcgi;
      uwsgi_temp_path ${directory}/uwsgi;
      scgi_temp_path ${directory}/scgi;
      server {
        listen 127.0.0.1:${port};
        location / { return 302 https://example.com/bench; }
      }
    }`,
  )
  const nginx = await started(spawn('nginx', ['-c', config], { stdio: 'inherit' }), port)
  return {
    ...nginx,
    [Symbol.asyncDispose]: async () => {
      await nginx[Symbol.asyncDispose]()
      rmSync(directory, { recursive: true })
    },
  }
}

/** Moves a process, all of its threads, to one core. */
export function pin(pid: number, core: number): void {
  const { status, stderr } = spawnSync('taskset', ['-apc', String(core), String(pid)])
  if (status !== 0) throw new Error(`cannot be pinned to core ${core}: ${String(stderr)}`)
}

async function started(child: ChildProcess, port: number): Promise<Server> {
  const url = `http://127.0.0.1:${port}/bench`
  await until(
    () => follow(url).catch(() => undefined),
    (answer) => answer?.status === 302,
  )
  const exited = once(child, 'exit')
  return {
    url,
    pid: child.pid ?? 0,
    [Symbol.asyncDispose]: async () => {
      child.kill()
      await exited
    },
  }
}
