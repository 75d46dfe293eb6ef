// One process of the service, as it tells of itself.
import type { Server } from './inventory.ts'

const patienceMs = 2_000

/** Seconds since the epoch; undefined if it does not answer. Each life has another one. */
export async function startOf({ admin }: Server): Promise<number | undefined> {
  const text = await read(`http://${admin}/metrics`)
  const value = /^process_start_time_seconds(?:\{[^}]*\})? (\S+)/mu.exec(text ?? '')?.[1]
  return value === undefined ? undefined : Number(value)
}

export async function isReady({ admin }: Server): Promise<boolean> {
  return (await read(`http://${admin}/readyz`)) !== undefined
}

async function read(url: string): Promise<string | undefined> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(patienceMs) })
    const text = await answer.text()
    return answer.ok ? text : undefined
  } catch {
    return undefined
  }
}
