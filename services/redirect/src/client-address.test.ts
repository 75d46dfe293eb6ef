import { expect, test } from '@jest/globals'
import type { IncomingMessage } from 'node:http'
import fc from 'fast-check'
import { createClientAddress } from './client-address.ts'

const asked = (peer: string, forwarded?: string) =>
  ({
    socket: { remoteAddress: peer },
    headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded },
  }) as unknown as IncomingMessage

const behindProxy = createClientAddress(['10.0.0.0/8', 'fd00::/8'])

test('without trusted proxies nobody can forge an address', () => {
  const clientAddress = createClientAddress([])
  expect(clientAddress(asked('203.0.113.7', '198.51.100.1'))).toBe('203.0.113.7')
})

test('behind a proxy two visitors are two', () => {
  expect(behindProxy(asked('10.0.0.1', '203.0.113.7'))).toBe('203.0.113.7')
  expect(behindProxy(asked('10.0.0.1', '203.0.113.8'))).toBe('203.0.113.8')
})

test('a chain of trusted proxies is walked to its first stranger', () => {
  expect(behindProxy(asked('10.0.0.1', '203.0.113.7, fd00::1, 10.2.3.4'))).toBe('203.0.113.7')
})

test('the header of an untrusted peer is not believed', () => {
  expect(behindProxy(asked('203.0.113.7', '198.51.100.1'))).toBe('203.0.113.7')
})

test('one address has one spelling', () => {
  expect(behindProxy(asked('::ffff:10.0.0.1', '::ffff:203.0.113.7'))).toBe('203.0.113.7')
  expect(behindProxy(asked('10.0.0.1', '203.0.113.7:4711'))).toBe('203.0.113.7')
  expect(behindProxy(asked('10.0.0.1', '[2001:DB8:0::1]:4711'))).toBe('2001:db8::1')
})

test('whatever a visitor writes into the header, the address that the proxy saw is the client', () => {
  const forged = fc.array(fc.oneof(fc.string(), fc.ipV4(), fc.ipV6(), fc.constant('10.0.0.9')))
  fc.assert(
    fc.property(forged, (hops) => {
      const header = [...hops, '203.0.113.7'].join(', ')
      expect(behindProxy(asked('10.0.0.1', header))).toBe('203.0.113.7')
    }),
  )
})

test('garbage next to a trusted proxy leaves that proxy as the client', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const hop = text.replaceAll(',', '')
      fc.pre(!/^[\s\d.:a-f[\]%]*$/iu.test(hop))
      expect(behindProxy(asked('10.0.0.1', `203.0.113.7, ${hop}`))).toBe('10.0.0.1')
    }),
  )
})
