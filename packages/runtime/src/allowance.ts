/**
 * A token bucket: true as long as no more than `perSecond` were asked for, with a burst of one second's worth.
 *
 * @param now milliseconds, monotonic
 */
export function createAllowance(perSecond: number, now: () => number): () => boolean {
  let left = perSecond
  let filledAt = now()
  return () => {
    const at = now()
    left = Math.min(perSecond, left + ((at - filledAt) / 1000) * perSecond)
    filledAt = at
    if (left < 1) return false
    left -= 1
    return true
  }
}
