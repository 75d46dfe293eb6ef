import { expect, test } from '@jest/globals'
import type { CachedLink } from '@sleepwell/contracts/cached-link'
import type { Server } from '@sleepwell/runtime/database-set'
import type { Pool } from 'pg'
import { createFindTogether, maxTogether, maxWaiting } from './find-together.ts'
import { noRules } from './test-link.ts'

const linkOf = (slug: string): CachedLink => ({
  id: slug,
  ownerId: 'acme',
  destination: `https://example.com/${slug}`,
  ...noRules,
  position: 1,
})

/** Servers whose answers wait until they are let go. */
function finding(connections = 1) {
  const questions: { slugs: string[]; answer: () => void; fail: () => void }[] = []
  const find = createFindTogether({
    connections,
    find: (_pool, names) =>
      new Promise((resolve, reject) => {
        const slugs = names.map(({ slug }) => slug)
        questions.push({
          slugs,
          answer: () =>
            resolve(slugs.map((slug) => (slug.startsWith('no') ? 'absent' : linkOf(slug)))),
          fail: () => reject(new Error('out of time')),
        })
      }),
  })
  return { find, questions, next: () => questions.shift() }
}

const server = (ask: Server['ask'] = (question) => question({} as Pool)): Server => ({
  role: 'replica',
  url: '',
  lagMs: () => 0,
  ask,
})
const named = (slug: string) => ({ domain: '@', slug })
const settled = () => new Promise(setImmediate)

test('who comes while a question is under way is asked about in the next, together with all others', async () => {
  const { find, questions, next } = finding()
  const near = server()
  const answers = ['a', 'b', 'nobody'].map((slug) => find(near, named(slug)))
  expect(questions.map(({ slugs }) => slugs)).toEqual([['a']])
  next()?.answer()
  await settled()
  expect(questions.map(({ slugs }) => slugs)).toEqual([['b', 'nobody']])
  next()?.answer()
  expect(await Promise.all(answers)).toEqual([linkOf('a'), linkOf('b'), 'absent'])
})

test('each server has its own line, with as many questions as connections', async () => {
  const { find, questions } = finding(2)
  const [near, far] = [server(), server()]
  for (const slug of ['a', 'b', 'c']) void find(near, named(slug))
  void find(far, named('d'))
  expect(questions.map(({ slugs }) => slugs)).toEqual([['a'], ['b'], ['d']])
})

test('a question that fails is no answer for those it was about, and the next is asked', async () => {
  const { find, next } = finding()
  const near = server()
  const [first, second] = [find(near, named('a')), find(near, named('b'))]
  next()?.fail()
  await expect(first).rejects.toThrow('out of time')
  next()?.answer()
  expect(await second).toEqual(linkOf('b'))
})

test('a server that is not asked is so for all that wait', async () => {
  let [open, asked] = [true, 0]
  const near = server(async (question) => {
    asked += 1
    if (!open) throw new Error('spared')
    return await question({} as Pool)
  })
  const { find, next } = finding()
  const first = find(near, named('a'))
  const waiting = ['b', 'c'].map((slug) => find(near, named(slug)))
  open = false
  next()?.answer()
  expect(await first).toEqual(linkOf('a'))
  for (const one of await Promise.allSettled(waiting))
    expect(one).toMatchObject({ status: 'rejected', reason: new Error('spared') })
  expect(asked).toBe(2)
  open = true
  const later = find(near, named('d'))
  next()?.answer()
  expect(await later).toEqual(linkOf('d'))
})

test('who comes while the connection is in use by others goes with the first question', async () => {
  const { find, questions } = finding()
  const free = Promise.withResolvers<void>()
  const near = server(async (question) => {
    await free.promise
    return await question({} as Pool)
  })
  for (const slug of ['a', 'b', 'c']) void find(near, named(slug))
  free.resolve()
  await settled()
  expect(questions.map(({ slugs }) => slugs)).toEqual([['a', 'b', 'c']])
})

test('there is a limit to a question, and to how many wait', async () => {
  const { find, questions, next } = finding()
  const near = server()
  const all = Array.from({ length: 1 + maxWaiting }, (_, n) => find(near, named(`s${n}`)))
  await expect(find(near, named('late'))).rejects.toThrow('too many wait')
  next()?.answer()
  await settled()
  expect(questions[0]?.slugs).toHaveLength(maxTogether)
  while (questions.length > 0) {
    next()?.answer()
    await settled()
  }
  expect(await Promise.all(all)).toHaveLength(1 + maxWaiting)
})
