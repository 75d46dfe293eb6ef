/**
 * The link that monitors follow, made by a migration: it tells from outside whether redirects work. Its clicks are
 * counted in no report because of the link, whatever the request looks like.
 */
export const probeSlug = 'sleepwell-probe'

export const probeLink = {
  id: '00000000-0000-4000-8000-000000000001',
  ownerId: 'sleepwell',
  slug: probeSlug,
  destination: 'https://example.com/',
} as const
