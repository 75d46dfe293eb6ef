import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals'
import type { Link } from '@sleepwell/contracts/link'
import type { ClickReport } from '@sleepwell/contracts/report'
import { createLink, report, until } from '../api.ts'
import { storedClicks, visitors } from '../visitors.ts'
import { forms, startSystem, type Engine, type Service, type System } from '../system.ts'

jest.setTimeout(180_000)

const services = ['redirect', 'analytics', 'link-write'] as const
const programs = {
  start: [...services, 'postgres'],
  stack: [...services, 'postgres', 'postgres-replica', 'redis', 'kafka'],
} as const

/** As the system calls it. */
const nameOf = (program: Service | Engine) =>
  new Map<string, string>([
    ['postgres', 'Postgres'],
    ['postgres-replica', 'Postgres replica'],
    ['redis', 'Redis'],
    ['kafka', 'Kafka'],
  ]).get(program) ?? program

let system: System

describe.each(forms)('%s', (form) => {
  beforeAll(async () => {
    system = await startSystem({ form })
  })
  afterAll(async () => await system[Symbol.asyncDispose]())

  test.each<Service | Engine>(programs[form])(
    'kill -9 of %s loses no answered click, doubles none, and heals itself',
    async (program) => {
      const link = await createLink(system.access, `https://example.com/${program}`)
      const crowd = visitors(link.shortLink)
      await until(
        async () => crowd.answered.length,
        (count) => count >= 100,
      )
      const killed = system.pidOf(program)
      process.kill(killed, 'SIGKILL')

      const before = crowd.answered.length
      await until(
        async () => crowd.answered.length,
        (count) => count >= before + 100,
      )
      await until(
        async () => pidOrNone(program),
        (pid) => pid !== undefined && pid !== killed,
      )
      await crowd.stop()

      const stoppedAt = new Date().toISOString()
      const counted = await until(
        () => reported(link),
        (answer) => answer !== undefined && (answer.dataThrough ?? '') > stoppedAt,
      )
      // A visitor whose connection broke may have been counted without an answer; none that got one may be missing.
      const stored = await storedClicks(system, link)
      const lost = crowd.answered.filter((id) => !stored.has(id))
      const doubled = [...stored.values()].filter((times) => times > 1)
      expect({ lost, doubled }).toEqual({ lost: [], doubled: [] })
      expect(stored.size).toBeLessThanOrEqual(crowd.answered.length + crowd.others())
      expect(counted?.totals.total).toBe(stored.size)
      expect(system.output()).toContain(`${nameOf(program)} ended`)
      // Creating works again, whatever was killed.
      await until(
        () => createLink(system.access, 'https://example.com/after').catch(() => undefined),
        (created) => created !== undefined,
      )
    },
  )
})

function reported(link: Link): Promise<ClickReport | undefined> {
  return report(system.access, `linkId=${link.id}`).catch(() => undefined)
}

function pidOrNone(program: Service | Engine): number | undefined {
  try {
    return system.pidOf(program)
  } catch {
    return undefined
  }
}
