/** The same numbers each time, from 0 to 1: a demonstration looks the same to everybody. (mulberry32) */
export function createChance(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** Each value as often as its weight says. */
export function createPick<T>(weights: readonly (readonly [value: T, weight: number])[]) {
  const total = weights.reduce((sum, [, weight]) => sum + weight, 0)
  return (chance: () => number): T => {
    let rest = chance() * total
    for (const [value, weight] of weights) {
      rest -= weight
      if (rest < 0) return value
    }
    return weights.at(-1)?.[0] as T
  }
}
