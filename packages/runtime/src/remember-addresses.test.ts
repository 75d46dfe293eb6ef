import dns, { type LookupAddress } from 'node:dns'
import { once } from 'node:events'
import { connect, createServer, type AddressInfo } from 'node:net'
import { expect, test } from '@jest/globals'
import { rememberAddresses, remembering, type Lookup } from './remember-addresses.ts'

const here: LookupAddress = { address: '127.0.0.1', family: 4 }
const there: LookupAddress = { address: '192.0.2.1', family: 4 }
const away = Object.assign(new Error('away'), { code: 'EAI_AGAIN' })

/** A name server that says these things in turn, the last one for ever. */
function saying(...answers: readonly (LookupAddress | 'fails' | 'hangs')[]) {
  let asked = 0
  const lookup: Lookup = (_name, _options, answered) => {
    const next = answers[Math.min(asked++, answers.length - 1)]
    if (next === 'fails') answered(away, [])
    else if (typeof next === 'object') answered(null, [next])
  }
  const remembered = remembering(lookup)
  return (name = 'engine.test') =>
    new Promise((resolve, reject) => {
      remembered(name, { all: true }, (error, addresses) =>
        error === null ? resolve(addresses[0]?.address) : reject(error),
      )
    })
}

test.each(['fails', 'hangs'] as const)(
  'while the name server %s, a name is what it last was',
  async (how) => {
    const addressOf = saying(here, how, how, there, how)
    expect(await addressOf()).toBe(here.address)
    expect(await addressOf()).toBe(here.address)
    expect(await addressOf()).toBe(here.address)
    expect(await addressOf()).toBe(there.address)
    expect(await addressOf()).toBe(there.address)
  },
)

test('of a name that nobody knew the failure is told', async () => {
  const addressOf = saying(here, 'fails')
  await addressOf()
  await expect(addressOf('other.test')).rejects.toBe(away)
})

test('a connection can be made again while names cannot be resolved', async () => {
  const server = createServer((socket) => socket.end()).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const { lookup } = dns
  let works = true
  try {
    Object.assign(dns, {
      lookup: (
        _name: string,
        options: dns.LookupOptions,
        answered: (...words: unknown[]) => void,
      ) => {
        if (works) Reflect.apply(lookup, dns, ['127.0.0.1', options, answered])
        else answered(away)
      },
    })
    rememberAddresses()
    for (works of [true, false]) {
      for (const options of [{}, { autoSelectFamily: false }]) {
        const socket = connect({ host: 'engine.test', port, ...options })
        await once(socket, 'connect')
        socket.destroy()
      }
    }
    const unknown = connect({ host: 'other.test', port })
    await expect(once(unknown, 'connect')).rejects.toBe(away)
  } finally {
    Object.assign(dns, { lookup })
    server.close()
  }
})
