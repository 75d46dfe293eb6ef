import { expect, test } from '@jest/globals'
import { SlugCheck } from '@sleepwell/contracts/slug-routes'
import request from 'supertest'
import { evil, good, openListed } from './test-listed.ts'

async function openChecked() {
  const listed = await openListed()
  const ask = (query: object, as = listed.acme) =>
    request(listed.origin).get('/v1/slug-check').query(query).set({ Authorization: as })
  const check = async (slug: string, as?: string) => {
    const { state, linkId } = SlugCheck.parse((await ask({ slug }, as).expect(200)).body)
    return [state, linkId]
  }
  return { ...listed, ask, check, [Symbol.asyncDispose]: () => listed[Symbol.asyncDispose]() }
}

test('a slug is free until a link has it, and again once that is deleted; which one it is only its owner hears, and admin', async () => {
  await using test = await openChecked()
  const rival = await test.bearer('rival', 'links:read')
  expect(await test.check('spring')).toEqual(['free', null])
  const link = await test.made({ destination: good, slug: 'spring' })
  expect(await test.check('spring')).toEqual(['taken', link.id])
  expect(await test.check('spring', rival)).toEqual(['taken', null])
  expect(await test.check('spring', test.admin)).toEqual(['taken', link.id])
  expect(await test.check('Spring')).toEqual(['free', null])
  await test.patch(link.id, { slug: 'summer' }).expect(200)
  expect(await test.check('spring')).toEqual(['taken', link.id])
  expect(await test.check('summer')).toEqual(['taken', link.id])
  await request(test.origin)
    .delete(`/v1/links/${link.id}`)
    .set({ Authorization: test.acme })
    .expect(204)
  for (const slug of ['spring', 'summer']) expect(await test.check(slug)).toEqual(['free', null])
})

test('each domain has its own', async () => {
  await using test = await openChecked()
  await test.made({ destination: good, slug: 'spring' })
  const there = await test.ask({ slug: 'spring', domain: 'go.example.com' }).expect(200)
  expect(there.body).toMatchObject({ domain: 'go.example.com', state: 'taken' })
  const other = await test.ask({ slug: 'spring', domain: 'sho.rt' }).expect(200)
  expect(other.body).toMatchObject({ domain: 'sho.rt', state: 'free' })
  const unknown = await test.ask({ slug: 'spring', domain: 'elsewhere.example' }).expect(422)
  expect(unknown.body.code).toBe('domain_unknown')
})

test('what creating a link would refuse, it tells', async () => {
  await using test = await openChecked()
  expect(await test.check('Docs')).toEqual(['reserved', null])
  for (const slug of ['-', 'a b', 'x'.repeat(65), '']) {
    const refused = await test.ask({ slug }).expect(400)
    expect(refused.body.code).toBe('parameter_invalid')
  }
  const link = await test.made({ destination: evil, slug: 'login' })
  await test.patch(link.id, { blocked: true }, test.admin).expect(200)
  await request(test.origin)
    .delete(`/v1/links/${link.id}`)
    .set({ Authorization: test.acme })
    .expect(204)
  expect(await test.check('login')).toEqual(['blocked', null])
  expect(await test.check('login', test.admin)).toEqual(['blocked', null])
})
