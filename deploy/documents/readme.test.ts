import { readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { Link } from '@sleepwell/contracts/link'

test('the link that the README shows has the fields of one, in their order', () => {
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8')
  const shown = /```json\n(?<link>\{.*?\n\})\n```/su.exec(readme)?.groups?.link ?? ''
  expect(Object.keys(JSON.parse(shown) as object)).toEqual(Object.keys(Link.shape))
})
