import { lazily } from './lazily.tsx'

export const Overview = lazily(async () => (await import('../report/overview.tsx')).Overview)
export const Links = lazily(async () => (await import('../links/links.tsx')).Links)
export const LinkPage = lazily(async () => (await import('../link/link-page.tsx')).LinkPage)
export const Live = lazily(async () => (await import('../live/live.tsx')).Live)
export const Orphans = lazily(async () => (await import('../orphans/orphans.tsx')).Orphans)
export const Reliability = lazily(
  async () => (await import('../reliability/reliability-page.tsx')).ReliabilityPage,
)
export const Keys = lazily(async () => (await import('../keys/keys.tsx')).Keys)
export const Settings = lazily(async () => (await import('../settings/settings.tsx')).Settings)
export const SignIn = lazily(async () => (await import('../session/sign-in.tsx')).SignIn)
