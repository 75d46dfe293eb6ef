// A name server that is away must not take away engines that are there: a connection that breaks could not be made again.
import dns, { type LookupAddress, type LookupAllOptions } from 'node:dns'

/** How long an answer is waited for where one is remembered: shorter than any connection may take to be made. */
const patienceMs = 20
const maxNames = 1000

type Answered = (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void
export type Lookup = (name: string, options: LookupAllOptions, answered: Answered) => void

/**
 * Asks `lookup`, and gives the last addresses that it knew of a name while it fails or takes long. Addresses that it gives
 * replace them, however late.
 */
export function remembering(lookup: Lookup): Lookup {
  const known = new Map<string, LookupAddress[]>()
  return (name, options, answered) => {
    const key = `${options.family ?? 0} ${options.hints ?? 0} ${name}`
    const remembered = known.get(key)
    let open = true
    const answer: Answered = (error, addresses) => {
      if (!open) return
      open = false
      clearTimeout(timer)
      answered(error, addresses)
    }
    const timer = remembered && setTimeout(() => answer(null, remembered), patienceMs)
    lookup(name, options, (error, addresses) => {
      if (error === null && addresses.length > 0) {
        if (known.size < maxNames || known.has(key)) known.set(key, addresses)
        answer(null, addresses)
      } else if (remembered !== undefined) answer(null, remembered)
      else answer(error, addresses)
    })
  }
}

/** From now on for every connection of this process, whoever makes it. */
export function rememberAddresses(): void {
  const lookup = dns.lookup.bind(dns)
  const remembered = remembering((name, options, answered) => lookup(name, options, answered))
  const replaced = (name: string, given: unknown, callback: unknown) => {
    const options = typeof given === 'object' ? { ...given } : { family: given }
    const answered = (typeof given === 'function' ? given : callback) as (
      error: NodeJS.ErrnoException | null,
      ...address: unknown[]
    ) => void
    const all = 'all' in options && options.all === true
    remembered(name, { ...options, all: true } as LookupAllOptions, (error, addresses) => {
      const [first] = addresses ?? []
      if (error !== null || first === undefined) answered(error)
      else if (all) answered(null, addresses)
      else answered(null, first.address, first.family)
    })
  }
  Object.assign(dns, { lookup: replaced })
}
