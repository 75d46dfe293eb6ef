import { readFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, jest, test } from '@jest/globals'
import { full, recordRun } from '@sleepwell/testing/fault-run'
import { until } from '../api.ts'
import { openBusyRedirect, p99Ms, wrongIn } from './busy-redirect.ts'
import type { Asked } from './open-crowd.ts'

jest.setTimeout(120_000)

const fault = 'slow-clients'
const description =
  'beside visitors at 200 a second: 2,000 sockets that say nothing, 2,000 that say a header letter by letter, and 16 connections that send 16 KB of headers again and again'
const sockets = 2000
const floods = 16
const seconds = full ? 10 : 1
/** They are cut after five seconds, so for longer than that there are none. */
const secondsBesideSlow = full ? 3 : 1
/** Taking 2,000 connections that come at once is another burden than having them. */
const settleMs = full ? 1000 : 300
const letterEveryMs = 1000
/** Not all in the same moment: that would be a flood once a second, and our own visitors would wait for its end. */
const letterParts = 100
/** Between two floods of a connection. */
const floodEveryMs = 20
/** More than the 16 KB that are read. */
const loudHeader = 'x'.repeat(17 * 1024)

interface Nuisance extends Disposable {
  readonly sockets: readonly Socket[]
  readonly heard: () => readonly string[]
  readonly open: () => number
}

async function bother(port: number, count: number): Promise<Nuisance> {
  const heard = Array.from({ length: count }, () => '')
  let open = count
  const all = heard.map((_, n) => {
    const socket = connect(port, '127.0.0.1')
    socket.setEncoding('latin1').on('data', (text) => (heard[n] += String(text)))
    socket.on('error', () => {}).on('close', () => (open -= 1))
    return socket
  })
  await Promise.all(all.map((socket) => new Promise((done) => socket.once('connect', done))))
  const end = () => all.forEach((socket) => socket.destroy())
  return { sockets: all, heard: () => heard, open: () => open, [Symbol.dispose]: end }
}

const megabytesOf = (pid: number) =>
  Math.round(
    Number(/^VmRSS:\s+(\d+)/mu.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024,
  )

test('whoever is slow or loud is cut off, and everybody else is answered', async () => {
  await using redirect = await openBusyRedirect()
  const all: Asked[] = []
  const visitors = async (lasting = seconds) => {
    const asked = await redirect.send({ seconds: lasting, patienceMs: 5000 })
    all.push(...asked)
    return p99Ms(asked)
  }
  const figures: Record<string, number> = { p99MsAlone: await visitors() }
  figures.megabytesAlone = megabytesOf(redirect.pid)

  {
    using idle = await bother(redirect.port, sockets)
    await sleep(settleMs)
    figures.p99MsBesideIdle = await visitors(secondsBesideSlow)
    figures.megabytesBesideIdle = megabytesOf(redirect.pid)
    expect(idle.open()).toBe(sockets)
  }
  {
    using slow = await bother(redirect.port, sockets)
    const letters = 'GET /known-1 HTTP/1.1\r\nHost: localhost\r\nX-Slow: '.padEnd(10_000, 'x')
    let turn = 0
    const trickle = setInterval(() => {
      const letter = letters[Math.floor(turn / letterParts)] ?? 'x'
      for (let n = turn++ % letterParts; n < sockets; n += letterParts) {
        if (slow.sockets[n]?.writable === true) slow.sockets[n]?.write(letter)
      }
    }, letterEveryMs / letterParts)
    await sleep(settleMs)
    figures.p99MsBesideSlow = await visitors(secondsBesideSlow)
    figures.megabytesBesideSlow = megabytesOf(redirect.pid)
    await until(
      async () => slow.open(),
      (open) => open === 0,
    )
    clearInterval(trickle)
    figures.slowAnswered408 = slow.heard().filter((text) => text.startsWith('HTTP/1.1 408')).length
    expect(slow.heard().filter((text) => text.startsWith('HTTP/1.1 302'))).toEqual([])
  }
  {
    let flooding = true
    let refused = 0
    const flood = async () => {
      while (flooding) {
        using loud = await bother(redirect.port, 1)
        loud.sockets[0]?.write(`GET /known-1 HTTP/1.1\r\nHost: localhost\r\nX-Loud: ${loudHeader}`)
        await Promise.race([closed(loud.sockets[0]), sleep(2000)])
        expect(loud.heard()[0]).toMatch(/^HTTP\/1\.1 431 /u)
        refused += 1
        await sleep(floodEveryMs)
      }
    }
    const all = Promise.all(Array.from({ length: floods }, flood))
    figures.p99MsBesideFlood = await visitors()
    flooding = false
    await all
    figures.floodsAnswered431 = refused
    figures.megabytesBesideFlood = megabytesOf(redirect.pid)
    expect(refused).toBeGreaterThan(floods)
  }
  const { lost, doubled } = await redirect.stopAndRecount(all)
  recordRun(fault, description, { ...figures, lost, doubled })
  expect(wrongIn(all)).toEqual([])
  expect(all.filter(({ ending }) => ending !== 302)).toEqual([])
  // Some 20 KB a socket: what a slow client makes us keep is bounded.
  const grown = Math.max(
    ...Object.entries(figures).map(([name, figure]) => (name.startsWith('megabytes') ? figure : 0)),
  )
  expect(grown - (figures.megabytesAlone ?? 0)).toBeLessThan(200)
  expect({ lost, doubled }).toEqual({ lost: 0, doubled: 0 })
})

function closed(socket: Socket | undefined): Promise<unknown> {
  return new Promise((resolve) => socket?.once('end', resolve).once('close', resolve))
}
