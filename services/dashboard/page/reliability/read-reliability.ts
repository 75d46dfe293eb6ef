import { useQuery } from '@tanstack/preact-query'
import { errorOf, SleepwellError } from '@sleepwell/client/sleepwell-error'
import type { Reliability } from '../../src/reliability.ts'

const renewedMs = 5_000

export function useReliability() {
  return useQuery({
    queryKey: ['reliability'],
    queryFn: ({ signal }) => readReliability(signal),
    refetchInterval: renewedMs,
  })
}

export async function readReliability(signal: AbortSignal): Promise<Reliability> {
  const answer = await fetch('/api/reliability', { signal }).catch((cause: unknown) => {
    signal.throwIfAborted()
    throw new SleepwellError('unreachable', 'The dashboard cannot be reached', { cause })
  })
  if (!answer.ok) throw errorOf(answer, await answer.text())
  return (await answer.json()) as Reliability
}
