import { z } from 'zod'

/** Of a link, key or job, as a request names it: any UUID. One that nothing has is not found, whatever its version. */
export const Id = z.guid('must be a UUID')
