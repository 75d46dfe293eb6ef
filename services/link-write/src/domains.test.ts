import { expect, test } from '@jest/globals'
import { createDomains } from '@sleepwell/contracts/domain'
import { DomainList } from '@sleepwell/contracts/domain-routes'
import { DomainsSetting } from '@sleepwell/contracts/domain-setting'
import request from 'supertest'
import { appWith, Authorization, expectProblem } from './test-app.ts'

const domains = {
  ...createDomains(
    'https://go.example.com:8443',
    DomainsSetting.parse(
      '{"sho.rt": {"home": "https://example.com", "expired": "https://example.com/over"}}',
    ),
  ),
  entryAgainst: () => undefined,
}

test('domains are listed with where they lead', async () => {
  const { body } = await request(appWith({ domains }, ['links:read']))
    .get('/v1/domains')
    .set({ Authorization })
    .expect(200)
  expect(DomainList.parse(body)).toEqual({
    domains: [
      {
        domain: 'go.example.com',
        origin: 'https://go.example.com:8443',
        isDefault: true,
        home: null,
        notFound: null,
        expired: null,
      },
      {
        domain: 'sho.rt',
        origin: 'https://sho.rt',
        isDefault: false,
        home: 'https://example.com/',
        notFound: null,
        expired: 'https://example.com/over',
      },
    ],
  })
})

test('a host that is named only for where it leads is ours too, and no destination', async () => {
  const response = await request(appWith({ domains }))
    .post('/v1/links')
    .set({ Authorization })
    .send({ destination: 'https://sho.rt/x' })
  expectProblem(response, 'destination_own_host')
})
