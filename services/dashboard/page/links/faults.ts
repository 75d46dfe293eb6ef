import type { Problem } from '@sleepwell/contracts/problem'

/** Codes that are about one field, where no pointer says so. */
const fields: Readonly<Record<string, string>> = {
  destination_invalid: 'destination',
  destination_scheme: 'destination',
  destination_too_long: 'destination',
  destination_own_host: 'destination',
  destination_blocked: 'destination',
  slug_invalid: 'slug',
  slug_reserved: 'slug',
  slug_taken: 'slug',
  slug_blocked: 'slug',
  domain_unknown: 'slug',
  expires_in_past: 'expiresAt',
  starts_after_expiry: 'startsAt',
  limited_link_cached: 'maxClicks',
}

/** What a refusal says about fields, by their names. */
export function faultsOf(error: unknown): Readonly<Record<string, string | undefined>> {
  const { problem } = Object(error) as { problem?: Problem }
  if (problem === undefined) return {}
  const pointed = (problem.errors ?? []).flatMap(({ pointer, message }) => {
    const field = pointer.split('/')[1] ?? ''
    return field === '' ? [] : [[field, message] as const]
  })
  if (pointed.length > 0) return Object.fromEntries(pointed)
  const field = fields[problem.code]
  return field === undefined ? {} : { [field]: problem.detail ?? problem.title }
}
