import { expect, test } from '@jest/globals'
import { clickLogUrls } from './open-click-log.ts'
import { readKafkaUrl } from './kafka-url.ts'

test('brokers are named with or without a port', () => {
  expect(readKafkaUrl('kafka://b1,b2:9093,[::1]:9094')).toEqual({
    brokers: ['b1:9092', 'b2:9093', '[::1]:9094'],
    topic: 'clicks.v1',
    secure: false,
  })
})

test('user and password may have any letters, in percent form', () => {
  expect(readKafkaUrl('kafkas://us%40er:p%3Aw%2F%2C@b1,b2/?topic=other.v1')).toEqual({
    brokers: ['b1:9092', 'b2:9092'],
    topic: 'other.v1',
    secure: true,
    user: { name: 'us@er', password: 'p:w/,' },
  })
})

test.each([
  'kafka://',
  'kafka://b1,',
  'kafka://b1:0',
  'kafka://b1:70000',
  'kafka://b1/path',
  'kafka://b1?topic=a b',
  'kafka://b1?topics=a',
  'kafka://b1#a',
  'kafkas://user@b1',
  'kafkas://:password@b1',
  'kafkas://a:%zz@b1',
  'http://b1',
  // A password in the clear.
  'kafka://user:password@b1',
])('%s is not a click log', (url) => {
  expect(readKafkaUrl(url)).toBe('invalid')
})

test('a list of logs is told from a list of brokers', () => {
  expect(clickLogUrls.parse('kafka://b1,b2, kafkas://u:p@b3,postgres://a@db/x')).toEqual([
    'kafka://b1,b2',
    'kafkas://u:p@b3',
    'postgres://a@db/x',
  ])
})
