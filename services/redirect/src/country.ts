import { open, type CountryResponse } from 'maxmind'

/** Countries of addresses, from the operator's MaxMind database; without one every country is `unknown`. */
export async function openCountries(
  path: string | undefined,
): Promise<(address: string) => string> {
  if (path === undefined) return () => 'unknown'
  const reader = await open<CountryResponse>(path).catch((error: unknown) => {
    throw new Error(`GEOIP_DB cannot be read: ${String(error)}`)
  })
  return (address) => {
    try {
      return reader.get(address)?.country?.iso_code ?? 'unknown'
    } catch {
      return 'unknown' // a damaged database must not cost a visitor the redirect
    }
  }
}
