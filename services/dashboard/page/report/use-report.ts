import { keepPreviousData, useQuery } from '@tanstack/preact-query'
import { api } from '../session/session.ts'
import type { Ask } from './ask.ts'

/** While clicks come in, often enough to be believed. */
const renewedMs = 10_000

/** A time that is over is not asked for again, unless analytics could not answer. */
const renewal =
  (isOpen: boolean) =>
  ({ state: { error } }: { readonly state: { readonly error: Error | null } }) =>
    isOpen || (error !== null && !isRefusal(error)) ? renewedMs : false

/** Answered the same however often it is asked. */
function isRefusal(error: Error): boolean {
  const { status } = Object(error) as { status?: number }
  return status !== undefined && status >= 400 && status < 500 && status !== 429
}

/** @param ask undefined: nothing is asked */
export function useReport(ask: Ask | undefined, isOpen: boolean) {
  return useQuery({
    queryKey: ['clicks', ask],
    queryFn: ({ signal }) => api.reportClicks(ask, { signal }),
    enabled: ask !== undefined,
    placeholderData: keepPreviousData,
    refetchInterval: renewal(isOpen),
  })
}

/** @param ask undefined: nothing is asked */
export function useOrphans(
  ask: { readonly from: string; readonly to: string } | undefined,
  isOpen: boolean,
) {
  return useQuery({
    queryKey: ['orphans', ask],
    queryFn: ({ signal }) => api.reportOrphans(ask, { signal }),
    enabled: ask !== undefined,
    placeholderData: keepPreviousData,
    refetchInterval: renewal(isOpen),
  })
}
