import { z } from 'zod'

/** How often something was changed, as a request names it; the databases count no further. */
export const Version = z.int().min(1).max(2_147_483_647)
