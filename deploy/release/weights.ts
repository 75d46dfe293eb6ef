/** HAProxy's limit. */
const heaviest = 256
/** Shares are no exact numbers; counts of requests are. */
const tiny = 1e-9

/**
 * Weights by which the canary gets `share` of the requests at most, and as near to it as whole numbers allow; the others keep
 * their proportions.
 *
 * @param usual of all servers; more than 0 for at least one of the others
 * @returns undefined if no weights that HAProxy takes do so
 */
export function canaryWeights(
  usual: ReadonlyMap<string, number>,
  canary: string,
  share: number,
): ReadonlyMap<string, number> | undefined {
  const others = [...usual].filter(([name]) => name !== canary)
  const sum = others.reduce((total, [, weight]) => total + weight, 0)
  const least = (1 - share) / share
  const factor = Math.max(1, Math.ceil(least / sum - tiny))
  const own = Math.min(heaviest, Math.floor((sum * factor) / least + tiny))
  if (own < 1 || others.some(([, weight]) => weight * factor > heaviest)) return undefined
  return new Map([
    [canary, own],
    ...others.map(([name, weight]) => [name, weight * factor] as const),
  ])
}
