/** Where a follower of the live feed is: what the database showed at one moment. Any process can go on from it. */
export interface LivePosition {
  /** Of the database: a new one begins when a replica is promoted. */
  readonly timeline: string
  readonly atMs: number
  /** As Postgres writes it. */
  readonly snapshot: string
}

/** The `id` of an event. */
export function showPosition({ timeline, atMs, snapshot }: LivePosition): string {
  return `${timeline}-${atMs}-${snapshot}`
}

export function readPosition(text: string): LivePosition | 'unknown' {
  const [, timeline, atMs, snapshot] =
    /^([0-9A-F]{8})-(\d{1,15})-(\d{1,19}:\d{1,19}:[\d,]{0,2000})$/u.exec(text) ?? []
  if (timeline === undefined || atMs === undefined || snapshot === undefined) return 'unknown'
  return isSnapshot(snapshot) ? { timeline, atMs: Number(atMs), snapshot } : 'unknown'
}

/** Postgres refuses any other. */
function isSnapshot(text: string): boolean {
  const [xmin = '', xmax = '', running = ''] = text.split(':')
  const ids = running === '' ? [] : running.split(',')
  if (ids.some((id) => !/^\d{1,19}$/u.test(id))) return false
  const [first, last] = [BigInt(xmin), BigInt(xmax)]
  if (first === 0n || last < first) return false
  return ids.every((id, i) => {
    const before = i === 0 ? first - 1n : BigInt(ids[i - 1] ?? 0)
    return BigInt(id) > before && BigInt(id) < last
  })
}
