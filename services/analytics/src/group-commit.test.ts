import { expect, test } from '@jest/globals'
import { createGroupCommit } from './group-commit.ts'
import type { Part, Stored } from './store-parts.ts'

const nothing: Stored = { counted: [], apart: [], deadLetters: [] }

/** Of so many clicks that nobody looks at. */
const part = (partition: number, clicks = 1): Part => ({
  step: { cluster: 'cluster', topic: 'clicks', partition, expected: 0, next: clicks },
  batch: {
    clicks: Array.from({ length: clicks }),
    apart: [],
    dropped: [],
    heartbeats: [],
    deadLetters: [],
  },
  columns: [],
  alone: false,
})

/** A store that notes what it is given, and does with it as told. */
function store(does: (partitions: readonly number[]) => Stored[] | 'fenced' | Error) {
  const groups: number[][] = []
  const storePart = createGroupCommit(async (parts) => {
    const partitions = parts.map(({ step }) => step.partition)
    groups.push(partitions)
    await new Promise(setImmediate)
    const outcome = does(partitions)
    if (outcome instanceof Error) throw outcome
    return outcome
  })
  return { groups, storePart }
}

const works = (partitions: readonly number[]) => partitions.map(() => nothing)

test('what arrives during a transaction goes together in the next', async () => {
  const { groups, storePart } = store(works)
  const all = [0, 1, 2].map((partition) => storePart(part(partition)))
  expect(await Promise.all(all)).toEqual([nothing, nothing, nothing])
  expect(await storePart(part(3))).toBe(nothing)
  expect(groups).toEqual([[0], [1, 2], [3]])
})

test('a transaction has no more than so many clicks, unless one batch alone has', async () => {
  const { groups, storePart } = store(works)
  const sizes = [1, 30_000, 30_000, 1, 70_000, 1]
  await Promise.all(sizes.map((size, partition) => storePart(part(partition, size))))
  expect(groups).toEqual([[0], [1, 2], [3], [4], [5]])
})

test('what is to go alone does', async () => {
  const { groups, storePart } = store(works)
  const parts = [part(0), part(1), { ...part(2), alone: true }, part(3), part(4)]
  await Promise.all(parts.map(storePart))
  expect(groups).toEqual([[0], [1], [2], [3, 4]])
})

test('each is told what was stored of its own', async () => {
  const own = [nothing, { ...nothing }, { ...nothing }]
  const { storePart } = store((partitions) => partitions.flatMap((one) => own[one] ?? []))
  const stored = await Promise.all([0, 1, 2].map((partition) => storePart(part(partition))))
  stored.forEach((each, i) => expect(each).toBe(own[i]))
})

test('one that somebody has overtaken keeps the others from nothing', async () => {
  const { groups, storePart } = store((partitions) =>
    partitions.includes(2) ? 'fenced' : works(partitions),
  )
  const all = [0, 1, 2, 3].map((partition) => storePart(part(partition)))
  expect(await Promise.all(all)).toEqual([nothing, nothing, 'fenced', nothing])
  expect(groups).toEqual([[0], [1, 2, 3], [1], [2], [3]])
})

test('what the database refuses is refused to its own partition only', async () => {
  const refusal = Object.assign(new Error('refused'), { code: '22P02' })
  const { storePart } = store((partitions) =>
    partitions.includes(2) ? refusal : works(partitions),
  )
  const all = [0, 1, 2, 3].map((partition) => storePart(part(partition)))
  expect(await Promise.allSettled(all)).toEqual([
    { status: 'fulfilled', value: nothing },
    { status: 'fulfilled', value: nothing },
    { status: 'rejected', reason: refusal },
    { status: 'fulfilled', value: nothing },
  ])
})

test('a database that is away fails all, once, and is asked again by the next', async () => {
  const away = new Error('timeout')
  let isAway = true
  const { groups, storePart } = store((partitions) => (isAway ? away : works(partitions)))
  const all = [0, 1, 2].map((partition) => storePart(part(partition)))
  expect((await Promise.allSettled(all)).map(({ status }) => status)).toEqual(
    Array.from({ length: 3 }, () => 'rejected'),
  )
  expect(groups).toEqual([[0], [1, 2]])
  isAway = false
  expect(await storePart(part(3))).toBe(nothing)
})
