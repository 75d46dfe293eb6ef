// A primary that dies with changes that nobody else has, and links that were in them: its successor hands out the same
// numbers again.
import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from '@jest/globals'
import { follow, until } from '../api.ts'
import { lostIn, stateOf } from './link-history.ts'
import type { LinkWriter } from './link-writer.ts'
import type { Ground } from './ground.ts'
import { failOver, holdBack, type Pair } from './promotion.ts'
import type { ServiceProcess } from './service-process.ts'

const numbered = (name: string, count: number) =>
  Array.from({ length: count }, (_, i) => `${name}-${i}`)
/** A replica's copy of a sequence may be 32 ahead: by more than that and all that is written later the primary must be. */
const lost = numbered('lost', 50)
const createdTwice = numbered('created-twice', 3)
const editedTwice = numbered('edited-twice', 3)
const editedThenDeleted = numbered('edited-then-deleted', 3)
const deletedThenEdited = numbered('deleted-then-edited', 3)
export const contested = [
  ...createdTwice,
  ...editedTwice,
  ...editedThenDeleted,
  ...deletedThenEdited,
]
/** Some that visitors follow while the primary that has them lives. */
export const visitedInTail = lost.slice(0, 5)
/** Changed after all others. */
const marker = 'marker'

const first = 'https://example.com/first'
const inTail = 'https://example.com/in-the-tail'
const after = 'https://example.com/after'

/** Links that both servers have. */
export async function writeBeforeTail({ create }: LinkWriter): Promise<void> {
  for (const slug of [...editedTwice, ...editedThenDeleted, ...deletedThenEdited, marker])
    await create(slug, first)
}

/**
 * What the primary acknowledges from now on its successor does not have, and other things happen to the same links there.
 *
 * @returns how many changes were lost
 */
export async function loseTail(
  pair: Pair,
  ground: Ground,
  writer: LinkWriter,
  processes: readonly ServiceProcess[],
): Promise<number> {
  const { create, change, remove } = writer
  const everywhere = async (slug: string, state: string) => {
    for (const { url } of processes)
      await until(
        () => follow(`${url}/${slug}`),
        ({ status, location }) => stateOf(status, location) === state,
      )
  }
  await everywhere(marker, first)

  await holdBack(pair)
  writer.doom(true)
  for (const slug of lost) await create(slug, inTail)
  for (const slug of createdTwice) await create(slug, inTail)
  for (const slug of [...editedTwice, ...editedThenDeleted]) await change(slug, inTail)
  for (const slug of deletedThenEdited) await remove(slug)
  // The replica has never heard of these, so that the primary was asked.
  for (const slug of [...createdTwice, ...visitedInTail]) await everywhere(slug, inTail)
  await failOver(pair, ground)
  writer.doom(false)
  const lostTail = await lostIn(pair.replica, writer)
  expect(lostTail.toSorted()).toEqual([...lost, ...contested].toSorted())

  // Until it has found the new primary.
  for (let i = 0; !(await change(marker, `${after}/${i}`)); i++) await sleep(20)
  for (const slug of createdTwice) expect(await create(slug, after)).toBe(true)
  for (const slug of editedTwice) expect(await change(slug, after)).toBe(true)
  for (const slug of editedThenDeleted) expect(await remove(slug)).toBe(true)
  for (const slug of deletedThenEdited) expect(await change(slug, after)).toBe(true)
  expect(await change(marker, after)).toBe(true)
  await everywhere(marker, after)
  return lostTail.length
}
