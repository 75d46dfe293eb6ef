import { readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { problem, type ProblemCode, problems } from './problem.ts'

test('a problem document says what, how bad and which', () => {
  expect(problem('slug_taken', { requestId: 'r', detail: 'd' })).toEqual({
    type: 'urn:sleepwell:problem:slug_taken',
    title: 'Another link has this slug',
    status: 409,
    code: 'slug_taken',
    requestId: 'r',
    detail: 'd',
  })
})

test.each(Object.entries(problems))(
  '%s has a stable code, an error status and a sentence',
  (code, [status, title]) => {
    expect(code).toMatch(/^[a-z]+(_[a-z]+)*$/u)
    expect(status).toBeGreaterThanOrEqual(400)
    expect(status).toBeLessThan(600)
    expect(title).toMatch(/^[A-Z].*[^.]$/u)
    expect(URL.canParse(problem(code as ProblemCode).type)).toBe(true)
  },
)

test('only what is our own fault is above 499', () => {
  const ours = Object.entries(problems).filter(([, [status]]) => status >= 500)
  expect(ours.map(([code]) => code)).toEqual(['internal', 'unavailable'])
})

test('no two problems read the same', () => {
  const titles = Object.values(problems).map(([, title]) => title)
  expect(new Set(titles).size).toBe(titles.length)
})

test('the page of problems lists exactly the catalogue', () => {
  const page = readFileSync(new URL('../../../docs/problems.md', import.meta.url), 'utf8')
  const rows = [...page.matchAll(/^\| `(\w+)` +\| (\d+) +\| (.*?) +\|$/gmu)]
  const listed = rows.map(([, code, status, title]) => [code, [Number(status), title]])
  expect(Object.fromEntries(listed)).toEqual(problems)
})
