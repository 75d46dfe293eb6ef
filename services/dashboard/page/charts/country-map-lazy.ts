import { lazily } from '../shell/lazily.tsx'

export const CountryMap = lazily(async () => (await import('./country-map.tsx')).CountryMap)
