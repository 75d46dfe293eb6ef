import { expect, test } from '@jest/globals'
import { createDomains, defaultDomain } from './domain.ts'

const one = createDomains('http://localhost:8080', [])
const several = createDomains('https://go.example.com', [
  'Sho.rt',
  'bücher.example',
  'go.example.com',
])

test('a host is the domain that it spells; an unknown one is the default', () => {
  expect(several.ofHost('SHO.RT.:443')).toBe('sho.rt')
  expect(several.ofHost('xn--bcher-kva.example')).toBe('xn--bcher-kva.example')
  for (const host of ['go.example.com', 'unknown.example', '', 'a b', undefined])
    expect(several.ofHost(host)).toBe(defaultDomain)
  expect(one.ofHost('anything')).toBe(defaultDomain)
})

test('a domain that a client names must be one of ours', () => {
  expect(several.named('GO.example.com.')).toBe(defaultDomain)
  expect(several.named('sho.rt:8080')).toBe('sho.rt')
  expect(several.named('Bücher.example')).toBe('xn--bcher-kva.example')
  for (const host of ['evil.example', '', '@', 'x@sho.rt', 'sho.rt/x', 'sho\n.rt', 'sho.rt?'])
    expect(several.named(host)).toBe('unknown')
})

test('a short link is what leads to the slug', () => {
  expect(one.shortLink(defaultDomain, 's')).toBe('http://localhost:8080/s')
  expect(several.shortLink(defaultDomain, 's')).toBe('https://go.example.com/s')
  expect(several.shortLink('sho.rt', 's')).toBe('https://sho.rt/s')
  expect(several.hostname(defaultDomain)).toBe('go.example.com')
  expect(several.hostname('sho.rt')).toBe('sho.rt')
})

test('every host of ours is known as one', () => {
  expect([...one.own]).toEqual(['localhost'])
  expect([...several.own]).toEqual(['go.example.com', 'sho.rt', 'xn--bcher-kva.example'])
})
