import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { once } from 'node:events'
import { expect, test } from '@jest/globals'
import { until } from '../api.ts'
import { processesIn, signalAllIn } from './processes-in.ts'
import { openRunDirectory } from './run-directory.ts'

const forks = { file: 'sh', words: ['-c', 'sleep 1000 & sleep 1000 & sleep 1000'] }

test('every process of a machine is killed, also those whose parent has ended', async () => {
  await using run = openRunDirectory('test')
  const [one, other] = [run.open('one'), run.open('other')]
  one.start(forks)
  other.start(forks)
  await until(
    async () => processesIn(run.path).length,
    (count) => count === 8,
  )
  const [parent] = processesIn(one.directory)
  process.kill(parent ?? 0, 'SIGKILL')
  await until(
    async () => processesIn(one.directory).length,
    (count) => count === 3,
  )
  signalAllIn(one.directory, 'SIGKILL')
  await until(
    async () => processesIn(one.directory).length,
    (count) => count === 0,
  )
  expect(processesIn(other.directory)).toHaveLength(4)
})

test('a run that is killed leaves no process and no file behind, not even what is frozen', async () => {
  const script = `
    import { openRunDirectory } from ${JSON.stringify(import.meta.resolve('./run-directory.ts'))}
    const run = openRunDirectory('test')
    run.open('one').start(${JSON.stringify(forks)})
    console.log(run.path)
    setInterval(() => {}, 1000)`
  const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, NODE_OPTIONS: '' },
  })
  const [said] = (await once(child.stdout, 'data')) as [Buffer]
  const path = String(said).trim()
  await until(
    async () => processesIn(path).length,
    (count) => count === 4,
  )
  signalAllIn(path, 'SIGSTOP')
  child.kill('SIGKILL')
  await until(
    async () => existsSync(path),
    (exists) => !exists,
  )
  expect(processesIn(path)).toEqual([])
})
