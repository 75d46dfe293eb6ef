// Which hosts there are, as an operator says it: names alone, or each with where it leads of itself.
import { z } from 'zod'
import { hostOf, readDestination } from './destination.ts'
import { problems } from './problem.ts'

/** Where visitors of a domain are led when no link leads them anywhere; null: they are told so on a page. */
export interface DomainDestinations {
  /** Of `/`. */
  readonly home: string | null
  /** Of a slug that no link has. */
  readonly notFound: string | null
  /** Of a link that has expired or is used up, and has no destination for that of its own. */
  readonly expired: string | null
}

export interface DomainSetting extends DomainDestinations {
  readonly host: string
}

const names = ['home', 'notFound', 'expired'] as const
const File = z.record(
  z.string(),
  z.strictObject({
    home: z.string().optional(),
    notFound: z.string().optional(),
    expired: z.string().optional(),
  }),
)

/** Hosts separated by commas, or JSON: an object with an object of destinations for each host. */
export const DomainsSetting = z
  .string()
  .transform((text, context): readonly (string | DomainSetting)[] => {
    const [domains, mistakes] = text.trimStart().startsWith('{') ? readFile(text) : readList(text)
    if (mistakes.length > 0)
      context.issues.push({ code: 'custom', message: mistakes.join('; '), input: text })
    return domains
  })

function readList(text: string): [string[], string[]] {
  const hosts = text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
  const wrong = hosts.filter((host) => hostOf(host) === undefined)
  return [hosts, wrong.map((host) => `"${host}" is no host name`)]
}

function readFile(text: string): [DomainSetting[], string[]] {
  const parsed = File.safeParse(json(text))
  if (!parsed.success)
    return [[], parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)]
  const mistakes: string[] = []
  const domains = new Map<string, DomainSetting>()
  for (const [name, given] of Object.entries(parsed.data)) {
    const host = hostOf(name)
    if (host === undefined) mistakes.push(`"${name}" is no host name`)
    else if (domains.has(host)) mistakes.push(`"${name}" stands there twice`)
    else {
      const { home = null, notFound = null, expired = null } = given
      domains.set(host, { host, home, notFound, expired })
    }
  }
  const own = new Set(domains.keys())
  const read = [...domains.values()].map((domain) => ({
    ...domain,
    ...Object.fromEntries(
      names.map((name) => {
        const raw = domain[name]
        const destination = raw === null ? { href: null } : readDestination(raw, own)
        if ('href' in destination) return [name, destination.href]
        mistakes.push(`${domain.host}.${name}: ${problems[destination.problem][1]}`)
        return [name, null]
      }),
    ),
  }))
  return [read, mistakes]
}

/** What only the origin of the default domain shows to be wrong in a setting that was read. */
export function mistakesIn(
  domains: readonly (string | DomainSetting)[],
  publicUrl: string,
): string[] {
  const own = new Set([hostOf(publicUrl) ?? ''])
  return domains
    .filter((domain) => typeof domain === 'object')
    .flatMap((domain) =>
      names
        .filter((name) => 'problem' in readDestination(domain[name] ?? 'https://example.com/', own))
        .map((name) => `${domain.host}.${name}: ${problems.destination_own_host[1]}`),
    )
}

function json(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
