import { useEffect } from 'preact/hooks'
import { goSearch, place } from '../routing/place.ts'
import { withParams } from '../routing/search.ts'

export const browserTimezone = Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC'

/** Days begin elsewhere for whoever gets the URL: it says where. */
export function useTimezoneInUrl(): void {
  const { search } = place.value
  useEffect(() => {
    if (!new URLSearchParams(search).has('tz'))
      goSearch(withParams(search, { tz: browserTimezone }), 'replace')
  }, [search])
}
