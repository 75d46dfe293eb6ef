import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { resolveKafkaJars } from './kafka-jars.ts'

const program = fileURLToPath(new URL('test-supervisor.ts', import.meta.url))

let directory: string
let started: ChildProcess[]
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'sleepwell-kafka-'))
  started = []
})
afterEach(async () => {
  for (const child of started) {
    if (child.exitCode !== null || child.signalCode !== null) continue
    child.kill('SIGTERM')
    await once(child, 'exit')
  }
  rmSync(directory, { recursive: true, force: true })
})

function supervisor() {
  const child = spawn(process.execPath, [program, directory], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  started.push(child)
  let url: string | undefined
  child.stdout.on('data', (text) => (url = String(text).trim()))
  return { child, url: () => url }
}

const brokerPid = () => Number(readFileSync(join(directory, 'pid'), 'utf8'))
/** One that has ended has no command line any more, even if nobody has asked how it ended. */
const lives = (pid: number) =>
  existsSync(`/proc/${pid}`) && readFileSync(`/proc/${pid}/cmdline`, 'utf8') !== ''
const clusterId = () =>
  /cluster\.id=(\S+)/u.exec(
    readFileSync(join(directory, 'node-1/data/meta.properties'), 'utf8'),
  )?.[1]

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await sleep(50)
}

test('no broker outlives its supervisor, and the next one goes on with its storage', async () => {
  const killed = supervisor()
  await until(() => killed.url() !== undefined)
  const [pid, cluster] = [brokerPid(), clusterId()]
  killed.child.kill('SIGKILL')
  // It need not be gone yet: the next one waits for it.
  const next = supervisor()
  await until(() => next.url() !== undefined)
  expect(lives(pid)).toBe(false)
  expect(lives(brokerPid())).toBe(true)
  expect(cluster).toMatch(/^A/u)
  expect(clusterId()).toBe(cluster)
})

test('never two brokers on one storage', async () => {
  const first = supervisor()
  await until(() => first.url() !== undefined)
  const pid = brokerPid()
  const second = supervisor()
  // It has been started, and waits for the lock.
  await until(() => brokerPid() !== pid)
  await sleep(1000)
  expect(second.url()).toBeUndefined()
  expect(readFileSync(`/proc/${brokerPid()}/cmdline`, 'utf8')).toMatch(/^flock\0/u)
  first.child.kill('SIGTERM')
  await until(() => second.url() !== undefined)
  expect(lives(pid)).toBe(false)
})

test('a broker that is killed is ready again at the same address', async () => {
  const { url } = supervisor()
  await until(() => url() !== undefined)
  const pid = brokerPid()
  const address = url()
  process.kill(pid, 'SIGKILL')
  await until(() => brokerPid() !== pid)
  const { hostname, port } = new URL(address ?? '')
  const accepts = () =>
    new Promise<boolean>((answer) => {
      const socket = connect(Number(port), hostname)
      socket.once('connect', () => answer(true)).once('error', () => answer(false))
      socket.once('connect', () => socket.destroy())
    })
  while (!(await accepts())) await sleep(50)
  expect(url()).toBe(address)
})

test('processes that fetch the jars at once end up with one folder of them', async () => {
  const said: string[] = []
  const resolve = () => resolveKafkaJars({ say: (line) => said.push(line), cache: directory })
  const [one, other] = await Promise.all([resolve(), resolve()])
  expect(one?.folder).toBe(other?.folder)
  expect(readdirSync(directory)).toHaveLength(1)
  expect(readdirSync(one?.folder ?? '').filter((name) => name.endsWith('.jar'))).toHaveLength(45)
  expect(said).toHaveLength(2)
  await resolve()
  expect(said).toHaveLength(2)
})

test('what is missing is told with the command that installs it', () => {
  const script = `
    import { resolveKafkaJars } from './kafka-jars.ts'
    await resolveKafkaJars({ say: console.log, cache: '${directory}' }).catch((error) =>
      console.log(error.name, error.message))`
  const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    cwd: fileURLToPath(new URL('.', import.meta.url)),
    env: { PATH: directory },
    encoding: 'utf8',
  })
  expect(stdout).toMatch(
    /^CannotStart .*apt-get install -y --no-install-recommends default-jre-headless maven\n$/u,
  )
})
