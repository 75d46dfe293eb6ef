import { z } from 'zod'
import type { Routes } from './route.ts'

const Led = z.string().nullable()

/** A domain as the API shows it. */
export const Domain = z.object({
  domain: z.string(),
  origin: z.string().describe('How its short links begin'),
  isDefault: z.boolean().describe('Where links live that name none'),
  home: Led.describe('Where visitors of `/` are sent; null: they see a page'),
  notFound: Led.describe('Where visitors of a slug that no link has are sent, instead of 404'),
  expired: Led.describe(
    'Where visitors of a link are sent that has expired or is used up, and has no `expiredDestination`, instead of 410',
  ),
})
export type Domain = z.infer<typeof Domain>

export const DomainList = z.object({ domains: z.array(Domain) }).meta({
  examples: [
    {
      domains: [
        {
          domain: 'go.example.com',
          origin: 'https://go.example.com',
          isDefault: true,
          home: 'https://example.com/',
          notFound: null,
          expired: 'https://example.com/sales',
        },
      ],
    },
  ],
})
export type DomainList = z.infer<typeof DomainList>

export const domainRoutes = {
  listDomains: {
    method: 'GET',
    path: '/v1/domains',
    summary: 'List the domains on which links can live',
    scope: 'links:read',
    answers: { 200: { description: 'All of them, the default one first', schema: DomainList } },
    problems: [],
  },
} as const satisfies Routes
