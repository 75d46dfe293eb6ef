import { expect, test } from '@jest/globals'
import { configurationPage, readSettings, type Setting } from './configuration-page.ts'

const setting = (name: string, more: Partial<Setting> = {}): Setting => ({
  name,
  description: `about ${name}`,
  default: null,
  required: false,
  ...more,
})

test('every setting of every service says what it is', () => {
  const settings = readSettings()
  expect([...settings.keys()]).toEqual(['redirect', 'link-write', 'analytics', 'dashboard'])
  for (const list of settings.values()) {
    expect(list.length).toBeGreaterThan(5)
    expect(list.filter(({ description }) => description.length < 5)).toEqual([])
  }
})

test('what services share is one row, and what they do not is not', () => {
  const page = configurationPage(
    new Map([
      ['redirect', [setting('URL', { required: true }), setting('PORT', { default: '1' })]],
      ['analytics', [setting('PORT', { default: '2' }), setting('URL', { required: true })]],
    ]),
  )
  const rows = page.split('\n').filter((line) => line.startsWith('| `'))
  expect(rows.map((row) => row.split('|').map((cell) => cell.trim()))).toEqual([
    ['', '`URL`', 'all', 'about URL', 'must be set', ''],
    ['', '`PORT`', 'redirect', 'about PORT', '`1`', ''],
    ['', '`PORT`', 'analytics', 'about PORT', '`2`', ''],
  ])
})
