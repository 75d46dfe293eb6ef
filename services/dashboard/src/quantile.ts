/** As Prometheus estimates it: within its bucket evenly spread. @param buckets cumulated, by upper bound */
export function quantileOf(buckets: ReadonlyMap<number, number>, q: number): number | null {
  const bounds = [...buckets.keys()].toSorted((one, other) => one - other)
  const all = buckets.get(Infinity) ?? 0
  if (all <= 0) return null
  const rank = q * all
  const at = bounds.findIndex((bound) => (buckets.get(bound) ?? 0) >= rank)
  const upper = bounds[at] ?? Infinity
  const lower = bounds[at - 1] ?? 0
  if (upper === Infinity) return lower
  const below = at === 0 ? 0 : (buckets.get(lower) ?? 0)
  const within = (buckets.get(upper) ?? 0) - below
  return within === 0 ? upper : lower + ((upper - lower) * (rank - below)) / within
}
