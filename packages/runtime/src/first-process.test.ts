// As in a container, where a process has no other that would start it again or bury it.
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { expect, test } from '@jest/globals'

const alone = ['--user', '--map-root-user', '--pid', '--fork']
const telemetry = fileURLToPath(new URL('telemetry.ts', import.meta.url))
const ownWay = `process.on('SIGTERM', () => setTimeout(() => process.exit(7), 10))`
const say = `console.log('up as', process.pid)
  setInterval(() => {}, 1000)`

// Not every machine lets everybody make namespaces.
const whereAllowed = spawnSync('unshare', [...alone, 'true']).status === 0 ? test : test.skip

/** A first process that says that it is up, and then gets SIGTERM. */
async function startAndTell(words: readonly string[], script: string) {
  const unshare = spawn(
    'unshare',
    [...alone, '--kill-child', process.execPath, ...words, '--input-type=module', '-e', script],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  const ended = once(unshare, 'exit') as Promise<[number]>
  const [said] = (await once(unshare.stdout, 'data')) as [Buffer]
  expect(String(said)).toBe('up as 1\n')
  const { pid } = unshare
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
  process.kill(Number(children.trim()), 'SIGTERM')
  return { unshare, ended }
}

whereAllowed('the first process ends at SIGTERM while it starts', async () => {
  const { ended } = await startAndTell(['--import', telemetry], say)
  expect(await ended).toEqual([143, null])
})

whereAllowed('one that listens by then ends in its own way', async () => {
  const { ended } = await startAndTell(['--import', telemetry], `${ownWay}\n${say}`)
  expect(await ended).toEqual([7, null])
})

whereAllowed('without it, the kernel spares the first process', async () => {
  const { unshare, ended } = await startAndTell([], say)
  await sleep(500)
  expect(unshare.exitCode).toBeNull()
  unshare.kill('SIGKILL')
  await ended
})
