import { readFileSync } from 'node:fs'
import { analyticsRoutes } from '@sleepwell/contracts/analytics-routes'
import { linkWriteRoutes } from '@sleepwell/contracts/link-write-routes'
import type { Api } from './open-api.ts'

const { version } = JSON.parse(
  readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
) as { version: string }

const everywhere = `Every request carries an API key: \`Authorization: Bearer sw_…\`. A key has scopes, and sees only what is its owner's; another owner's is not found.

Every refusal is a problem document (RFC 9457); switch on its \`code\`. Unknown parameters and fields are refused, so that a misspelt one is not one that is left out. What has a \`Retry-After\` may be tried again after so many seconds.

Whatever answers GET answers HEAD too, without a body. Answers may get further fields, and codes further values: read over what you do not know.`

const mutations = `Every change takes an \`Idempotency-Key\`. Sent again with the same key within 24 hours, after a timeout or a lost answer, it has one effect and the same answer, marked \`Idempotency-Replayed: true\`.`

/** By the folder of the service that serves it. */
export const apis: Readonly<Record<string, Api>> = {
  'link-write': {
    title: 'Sleepwell: links',
    description: `Creates and changes short links.\n\n${everywhere}\n\n${mutations}`,
    version,
    routes: linkWriteRoutes,
  },
  analytics: {
    title: 'Sleepwell: reports',
    description: `Counts clicks and reports them.\n\n${everywhere}`,
    version,
    routes: analyticsRoutes,
  },
}
