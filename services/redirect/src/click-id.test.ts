import { expect, test } from '@jest/globals'
import { validate, version } from 'uuid'
import { newClickId } from './click-id.ts'

test('each click has an id of its own, made of the time and of chance', () => {
  const before = Date.now()
  const ids = Array.from({ length: 2000 }, newClickId)
  expect(new Set(ids).size).toBe(2000)
  expect(new Set(ids.map((id) => id.slice(19))).size).toBe(2000)
  for (const id of ids) {
    expect(validate(id) && version(id) === 7).toBe(true)
    const at = Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16)
    expect(at).toBeGreaterThanOrEqual(before)
    expect(at).toBeLessThanOrEqual(Date.now())
  }
})
