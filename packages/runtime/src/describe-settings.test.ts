import { expect, test } from '@jest/globals'
import { z } from 'zod'
import { describeSettings } from './describe-settings.ts'
import { list, port } from './env.ts'

test('a setting is told with its default as one would write it', () => {
  const shape = {
    URL: z.string().describe('Where it is'),
    HOSTS: list.default(['a', 'b']).describe('Which'),
    MORE: list.default([]),
    PORT: port.default(1),
    FILE: z.string().optional(),
  }
  expect(describeSettings(shape)).toEqual([
    { name: 'URL', description: 'Where it is', default: null, required: true },
    { name: 'HOSTS', description: 'Which', default: 'a,b', required: false },
    { name: 'MORE', description: '', default: null, required: false },
    { name: 'PORT', description: '', default: '1', required: false },
    { name: 'FILE', description: '', default: null, required: false },
  ])
})
