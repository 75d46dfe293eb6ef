import { keepPreviousData, useQuery } from '@tanstack/preact-query'
import { api } from '../session/session.ts'
import type { Ask } from './ask.ts'

/** While clicks come in, often enough to be believed. */
const renewedMs = 10_000
/** What is answered the same however often it is asked. */
const refusals = new Set(['range_too_wide', 'range_invalid', 'link_not_found'])

/** A time that is over is not asked for again, unless analytics could not answer. */
const renewal =
  (isOpen: boolean) =>
  ({ state: { error } }: { readonly state: { readonly error: Error | null } }) =>
    isOpen || (error !== null && !refusals.has(Object(error).code)) ? renewedMs : false

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
