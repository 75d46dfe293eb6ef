// For tests, as a preload: what the name server of this process says of names that end in `.test`. `?state=FILE` holds `works`
// (they are this machine), `fails` or `hangs`, and is read for each question.
import { readFileSync } from 'node:fs'
import dns from 'node:dns'

/** Longer than any deadline that waits for it. */
const hangsMs = 4_000
const file = new URL(import.meta.url).searchParams.get('state')

if (file !== null) {
  const trueLookup = dns.lookup
  const lookup = (
    name: string,
    options: dns.LookupOptions,
    tell: (...words: unknown[]) => void,
  ) => {
    if (!name.endsWith('.test')) return Reflect.apply(trueLookup, dns, [name, options, tell])
    const state = readFileSync(file, 'utf8')
    if (state === 'works') return Reflect.apply(trueLookup, dns, ['127.0.0.1', options, tell])
    const error = Object.assign(new Error(`getaddrinfo EAI_AGAIN ${name}`), { code: 'EAI_AGAIN' })
    setTimeout(tell, state === 'hangs' ? hangsMs : 0, error)
  }
  // By whatever library: the sockets of Node look it up when they connect.
  Reflect.set(dns, 'lookup', lookup)
}
