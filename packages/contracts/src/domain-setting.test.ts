import { expect, test } from '@jest/globals'
import { DomainsSetting, mistakesIn } from './domain-setting.ts'
import { createDomains, defaultDomain } from './domain.ts'

const messageOf = (text: string) => DomainsSetting.safeParse(text).error?.issues[0]?.message ?? ''

test('names alone, separated by commas', () => {
  expect(DomainsSetting.parse(' sho.rt, x.example ,')).toEqual(['sho.rt', 'x.example'])
  expect(DomainsSetting.parse('')).toEqual([])
  expect(messageOf('sho.rt, a b')).toBe('"a b" is no host name')
})

test('hosts with where they lead, in JSON', () => {
  const text = `
    { "Sho.rt": { "home": "HTTPS://Example.com", "notFound": "https://example.com/ü" }, "x.example": {} }`
  expect(DomainsSetting.parse(text)).toEqual([
    {
      host: 'sho.rt',
      home: 'https://example.com/',
      notFound: 'https://example.com/%C3%BC',
      expired: null,
    },
    { host: 'x.example', home: null, notFound: null, expired: null },
  ])
})

test.each([
  ['{', /./u],
  ['{"a b": {}}', /"a b" is no host name/u],
  ['{"sho.rt": {}, "SHO.RT.": {}}', /"SHO.RT." stands there twice/u],
  ['{"sho.rt": {"hoem": "https://example.com/"}}', /hoem/u],
  ['{"sho.rt": "https://example.com/"}', /sho\.rt/u],
  ['{"sho.rt": {"home": null}}', /sho\.rt\.home/u],
  ['{"sho.rt": {"home": "javascript:alert(1)"}}', /sho\.rt\.home: .*must be an http or https URL/u],
  ['{"sho.rt": {"home": "/"}}', /sho\.rt\.home: .*not an absolute/u],
  [
    '{"a.example": {"home": "https://B.example./"}, "b.example": {}}',
    /a\.example\.home: .*leads back/u,
  ],
  ['{"sho.rt": {"expired": "https://sho.rt/x"}}', /sho\.rt\.expired: .*leads back/u],
])('%s is refused, and what is wrong is named', (text, message) => {
  expect(messageOf(text)).toMatch(message)
})

test('all that is wrong is named at once', () => {
  const text = '{"sho.rt": {"home": "x:", "notFound": ""}, "a/b": {}}'
  expect(messageOf(text).split('; ')).toHaveLength(3)
})

test('no host leads to the default domain', () => {
  const read = DomainsSetting.parse(
    '{"sho.rt": {"home": "https://go.example/x", "expired": "https://a.example/"}}',
  )
  expect(mistakesIn(read, 'https://GO.example:8443')).toEqual([
    expect.stringMatching(/^sho\.rt\.home: .*leads back/u),
  ])
  expect(mistakesIn(read, 'https://other.example')).toEqual([])
  expect(mistakesIn(['go.example'], 'https://go.example')).toEqual([])
})

test('each domain leads where its host does, the default one too', () => {
  const domains = createDomains(
    'https://go.example',
    DomainsSetting.parse(
      '{"go.example": {"home": "https://a.example/"}, "sho.rt": {"expired": "https://b.example/"}}',
    ),
  )
  const nowhere = { home: null, notFound: null, expired: null }
  expect(domains.destinationsOf(defaultDomain)).toEqual({ ...nowhere, home: 'https://a.example/' })
  expect(domains.destinationsOf('sho.rt')).toEqual({ ...nowhere, expired: 'https://b.example/' })
  expect(domains.destinationsOf('unknown.example')).toEqual(nowhere)
  expect(domains.names).toEqual([defaultDomain, 'sho.rt'])
  expect([...domains.own]).toEqual(['go.example', 'sho.rt'])
  expect(domains.ofHost('sho.rt')).toBe('sho.rt')
  expect(createDomains('https://go.example', []).destinationsOf(defaultDomain)).toEqual(nowhere)
})
