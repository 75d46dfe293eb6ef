import { expect, test } from '@jest/globals'
import request from 'supertest'
import { appWith, nothing } from './test-app.ts'

test('a report as CSV has no cell that a spreadsheet would run, and is quoted as RFC 4180 says', async () => {
  const cells = ['=1+1', '+1', '-1', '@a', '\tb', '\rc', 'a "b", c', 'd\ne', 'plain']
  const countClicks = async () => ({
    ...nothing,
    dataThrough: new Date('2026-03-30T12:00:00Z'),
    groups: cells.map((key) => ({ key, human: 1, bot: 2, uniques: 1 })),
  })
  const { app } = appWith({ countClicks })
  const { text, headers } = await request(app)
    .get('/v1/reports/clicks.csv?groupBy=referrer')
    .set('Authorization', 'Bearer key')
    .expect(200)
  expect(headers['content-type']).toMatch(/^text\/csv; charset=utf-8/u)
  expect(headers['content-disposition']).toBe('attachment; filename="clicks-by-referrer.csv"')
  expect(headers['data-through']).toBe('2026-03-30T12:00:00.000Z')
  const expected = [
    "'=1+1",
    "'+1",
    "'-1",
    "'@a",
    "'\tb",
    `"'\rc"`,
    '"a ""b"", c"',
    '"d\ne"',
    'plain',
  ].map((key) => `${key},3,1,2,1\r\n`)
  expect(text).toBe(`key,total,human,bot,unique\r\n${expected.join('')}`)
})

test('a CSV says what it has no rows for', async () => {
  const others = { human: 5, bot: 2, uniques: 3 }
  const { app } = appWith({ countClicks: async () => ({ ...nothing, others }) })
  const { text } = await request(app)
    .get('/v1/reports/clicks.csv?groupBy=link')
    .set('Authorization', 'Bearer key')
    .expect(200)
  expect(text).toBe('key,total,human,bot,unique\r\n(others),7,5,2,3\r\n')
})

test('HEAD of a CSV tells its headers and no more', async () => {
  const answer = await request(appWith().app)
    .head('/v1/clicks.csv')
    .set('Authorization', 'Bearer key')
    .expect(200)
  expect(answer.headers['content-type']).toMatch(/^text\/csv/u)
})
