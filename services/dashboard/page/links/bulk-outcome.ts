import type { BulkResult } from '@sleepwell/contracts/bulk'

export interface BulkOutcome {
  readonly succeeded: number
  readonly failed: readonly { readonly index: number; readonly reason: string }[]
}

/** As many as one call takes. */
const chunkSize = 1000

/** One call after the other; indices are those of all items. */
export async function inChunks<Item>(
  items: readonly Item[],
  call: (some: Item[]) => Promise<BulkResult>,
): Promise<BulkOutcome> {
  const results: { index: number; reason: string | undefined }[] = []
  for (let from = 0; from < items.length; from += chunkSize) {
    const { results: some } = await call(items.slice(from, from + chunkSize))
    for (const { index, problem } of some)
      results.push({ index: from + index, reason: problem?.title })
  }
  return sumOutcomes(results)
}

export function sumOutcomes(
  results: readonly { readonly index: number; readonly reason: string | undefined }[],
): BulkOutcome {
  const failed = results.flatMap(({ index, reason }) =>
    reason === undefined ? [] : [{ index, reason }],
  )
  return { succeeded: results.length - failed.length, failed }
}
