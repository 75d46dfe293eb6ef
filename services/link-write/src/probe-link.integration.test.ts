import { readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { defaultDomain } from '@sleepwell/contracts/domain'
import { probeLink, probeSlug } from '@sleepwell/contracts/probe-link'
import request from 'supertest'
import { readOwner } from './issue-key.ts'
import { openTestApi } from './test-api.ts'

const migration = new URL('../migrations/0003_probe_link.sql', import.meta.url)

test('the link that a migration makes is the one of the contract, and is in the change feed', async () => {
  await using api = await openTestApi({ withProbeLink: true })
  const { rows } = await api.postgres.query(
    `select id, owner_id as "ownerId", links.slug, destination, expires_at, deleted_at, domain, deleted
     from links join link_changes using (domain, position)`,
  )
  expect(rows).toEqual([
    { ...probeLink, domain: defaultDomain, expires_at: null, deleted_at: null, deleted: false },
  ])
})

test('no client can have its slug on any domain, see it, change it or delete it', async () => {
  await using api = await openTestApi({ withProbeLink: true })
  const Authorization = await api.bearer('acme')
  const asked = request.agent(api.origin).set({ Authorization })
  const path = `/v1/links/${probeLink.id}`
  for (const slug of [probeSlug, probeSlug.toUpperCase()]) {
    for (const domain of ['go.example.com', 'sho.rt']) {
      const answer = await asked
        .post('/v1/links')
        .send({ destination: 'https://evil.example/', slug, domain })
      expect(answer.body).toMatchObject({ code: 'slug_reserved' })
    }
  }
  await asked.get(path).expect(404)
  const anyVersion = { 'If-Match': '*' }
  const evil = { destination: 'https://evil.example/' }
  await asked.patch(path).set(anyVersion).send(evil).expect(404)
  await asked.delete(path).set(anyVersion).expect(404)
  const { rows } = await api.postgres.query('select destination, deleted_at from links')
  expect(rows).toEqual([{ destination: probeLink.destination, deleted_at: null }])
})

test('no key speaks for its owner', () => {
  expect(readOwner(probeLink.ownerId)).toBeUndefined()
})

test('where somebody has the slug already, that link stays as it is', async () => {
  await using api = await openTestApi()
  const { asOwner } = api.database
  await asOwner(
    `insert into links (id, owner_id, domain, slug, destination)
     values (gen_random_uuid(), 'acme', '@', '${probeSlug}', 'https://example.org/')`,
  )
  await asOwner(readFileSync(migration, 'utf8'))
  const links = await api.postgres.query('select owner_id, destination from links')
  expect(links.rows).toEqual([{ owner_id: 'acme', destination: 'https://example.org/' }])
  const changes = await api.postgres.query('select position from link_changes')
  expect(changes.rows).toEqual([])
})
