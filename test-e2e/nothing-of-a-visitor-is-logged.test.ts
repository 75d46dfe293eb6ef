import { expect, jest, test } from '@jest/globals'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { createLink, follow, report, until } from './api.ts'
import { startSystem } from './system.ts'

jest.setTimeout(120_000)

const address = '203.0.113.77'
const agent = 'Needle-Agent-5f1c/1.0 (needle5f1c)'
const path = 'needle-path-5f1c'

test('no slug, URL, address or user agent is in a log line, a metric, the spool or the clicks', async () => {
  await using system = await startSystem({ env: { TRUSTED_PROXIES: '127.0.0.0/8, ::1/128' } })
  const { access } = system
  const link = await createLink(access, 'https://needle-destination.example/', {
    slug: 'needle-slug',
  })
  const visitor = {
    'X-Forwarded-For': address,
    'User-Agent': agent,
    Referer: `https://news.example/${path}`,
  }
  await follow(link.shortLink, visitor)
  await follow(`${access.redirect}/needle-unknown`, visitor)
  await follow(`${access.redirect}/needle/%00`, visitor)
  await until(
    () => report(access, `linkId=${link.id}`),
    ({ totals }) => totals.total === 1,
  )

  const visible = [
    system.output(),
    await system.metricsOf('redirect'),
    await system.metricsOf('link-write'),
    await system.metricsOf('analytics'),
  ].join('\n')
  for (const needle of ['needle', address]) expect(visible).not.toContain(needle)

  const stored = JSON.stringify(await system.query('analytics', 'select * from clicks'))
  expect(stored).toContain('news.example')
  for (const needle of [address, 'needle5f1c', 'Needle-Agent', path]) {
    expect(stored).not.toContain(needle)
    for (const file of filesBelow(join(system.data, 'spool'))) {
      expect(readFileSync(file).includes(needle)).toBe(false)
    }
  }
})

function filesBelow(directory: string): string[] {
  return readdirSync(directory, { recursive: true })
    .map((name) => join(directory, String(name)))
    .filter((file) => statSync(file).isFile())
}
