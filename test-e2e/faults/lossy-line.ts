// A line on which packets are lost, each for itself, as no proxy of TCP can: that takes root and /dev/net/tun. Not netem of
// the kernel, which many kernels lack.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect, createServer, type AddressInfo } from 'node:net'
import { networkInterfaces } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { test } from '@jest/globals'
import { openFaultProxy, through } from '@sleepwell/testing/fault-proxy'

/** Of each packet, in either direction: a round trip takes twice the delay. */
export interface Weather {
  readonly lossPercent: number
  readonly delayMs: number
}

export interface LossyLine extends AsyncDisposable {
  readonly set: (weather: Weather) => void
  /** The same server on this machine, as its clients reach it over the line. */
  readonly over: (url: string) => Promise<string>
}

export const clear: Weather = { lossPercent: 0, delayMs: 0 }
const router = fileURLToPath(new URL('lossy-router.ts', import.meta.url))

/** Rejects where the machine does not allow it. */
export async function openLossyLine(): Promise<LossyLine> {
  await using opening = new AsyncDisposableStack()
  // Of this process alone: others may have a line of their own. From the addresses meant for tests of networks.
  const device = `sw-${process.pid}`
  const place = (process.pid % 2 ** 15) * 4
  const addressOf = (host: number) =>
    `198.${18 + (place >> 16)}.${(place >> 8) & 255}.${(place & 255) + host}`
  const [near, far] = [addressOf(1), addressOf(2)]
  const child = spawn(process.execPath, [router, device, near], {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  })
  let said = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (said += text))
  const ended = once(child, 'exit')
  const isThere = () => networkInterfaces()[device] !== undefined
  // The next one of this process has the same name.
  opening.defer(async () => {
    while (isThere()) await sleep(10)
  })
  opening.defer(async () => {
    if (child.connected) child.disconnect()
    await ended
  })
  while (!isThere()) {
    if (child.exitCode !== null || child.signalCode !== null) throw new Error(said.trim())
    await sleep(10)
  }
  const open = opening.move()
  return {
    set: (weather) => void child.send(weather),
    over: async (url) => {
      const proxy = open.use(await openFaultProxy(Number(new URL(url).port), near))
      return through({ ...proxy, host: far }, url)
    },
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  }
}

/** The test where this machine lets us have such a line; else one that is counted as skipped, and says why. */
export async function testOverLossyLine(): Promise<typeof test | typeof test.skip> {
  try {
    await using line = await openLossyLine()
    await answerOver(line)
    return test
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    process.stderr.write(
      `skipped: this machine lets nobody make a line that loses packets (${why})\n`,
    )
    return test.skip
  }
}

/** A filter of packets may be in its way. */
async function answerOver(line: LossyLine): Promise<void> {
  const server = createServer((socket) => socket.on('error', () => {}).end('here'))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const there = new URL(await line.over(`tcp://127.0.0.1:${port}`))
  const client = connect(Number(there.port), there.hostname).on('error', () => {})
  try {
    await once(client, 'data', { signal: AbortSignal.timeout(5_000) })
  } finally {
    client.destroy()
    server.close()
  }
}
