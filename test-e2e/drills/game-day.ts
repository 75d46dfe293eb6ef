// What nobody has planned: three faults, one beginning before the other ends, drawn by a number that brings the same ones again.
import { createHash } from 'node:crypto'
import { freeze } from '../strikes.ts'
import type { Engine, Service } from '../system.ts'
import { comesBack, type Plan, type Stage } from './plan.ts'

type Program = Engine | Service

/** All but redirect: of that there is one here, and nobody could be answered without it. */
const programs: readonly Program[] = [
  'redis',
  'postgres',
  'postgres-replica',
  'kafka',
  'analytics',
  'link-write',
]

interface Fault {
  readonly program: Program
  readonly signal: 'SIGKILL' | 'SIGSTOP'
}

export const gameDay: Plan = {
  name: 'game-day',
  description:
    'Three faults, drawn by --seed: three of Redis, the primary, the replica, Kafka, analytics and link-write are killed (SIGKILL) or frozen (SIGSTOP), the next one at half the time that a frozen one stays so.',
  act: async (stage) => {
    const faults = drawFaults(stage.seed)
    stage.note('seed', stage.seed)
    stage.say(`seed ${stage.seed}: ${faults.map(({ program }) => program).join(', ')}`)
    const mending: Promise<void>[] = []
    for (const fault of faults) {
      mending.push(outlive(stage, fault))
      await stage.pass(stage.faultMs / 2)
    }
    await Promise.all(mending)
  },
  // With the databases and Redis away nobody can tell an unknown slug from one that is not in memory.
  broken: () => [],
}

/** The same for the same seed. */
export function drawFaults(seed: number): readonly Fault[] {
  return programs
    .map((program) => ({
      program,
      lot: createHash('sha256').update(`${seed} ${program}`).digest(),
    }))
    .toSorted((a, b) => Buffer.compare(a.lot, b.lot))
    .slice(0, 3)
    .map(({ program, lot }) => ({
      program,
      signal: (lot.at(-1) ?? 0) % 2 === 0 ? 'SIGKILL' : 'SIGSTOP',
    }))
}

async function outlive({ system, say, faultMs, pass }: Stage, fault: Fault): Promise<void> {
  const { program, signal } = fault
  say(`${program}: ${signal}`)
  if (signal === 'SIGKILL') {
    const pid = system.pidOf(program)
    process.kill(pid, signal)
    await comesBack(() => system.pidOf(program) !== pid)
  } else {
    await using _frozen = freeze(system, program)
    await pass(faultMs)
  }
  say(`${program} is back`)
}
