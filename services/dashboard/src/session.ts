// Who is signed in, in a cookie that only this service can read: two processes need no store, and a browser never has the
// API key.
import { type Scope, scopes } from '@sleepwell/contracts/api-key'
import type { Request, Response } from 'express'
import { sealData, unsealData } from 'iron-session'
import { z } from 'zod'

const Session = z.object({
  apiKey: z.string(),
  keyId: z.string(),
  ownerId: z.string(),
  /** What people know the key by. */
  name: z.string().nullable(),
  scopes: z.array(z.string() as z.ZodType<Scope>),
})
export type Session = z.infer<typeof Session>

/** `GET /api/session`: what the page may know of it. */
export interface ShownSession extends Pick<Session, 'keyId' | 'ownerId' | 'name' | 'scopes'> {
  readonly roles: readonly Role[]
}

/** `viewer` reads reports, `editor` changes links, `keeper` sees to API keys, `operator` may everything. */
export type Role = 'viewer' | 'editor' | 'keeper' | 'operator'

const opening: Readonly<Record<Role, readonly Scope[]>> = {
  viewer: ['reports:read'],
  editor: ['links:create', 'links:write'],
  keeper: ['keys:read', 'keys:write'],
  operator: ['admin'],
}

export interface SessionOptions {
  /** Secrets: the first one seals, each of them opens. */
  readonly keys: readonly string[]
  readonly hours: number
  /** Browsers reach us by https alone. */
  readonly isSecure: boolean
  /** Cookies of a host are those of all its ports: on one machine each start has its own. */
  readonly port: number
}

export interface Sessions {
  readonly find: (req: Request) => Promise<Session | undefined>
  readonly begin: (res: Response, session: Session) => Promise<void>
  readonly end: (res: Response) => void
}

export function createSessions({ keys, hours, isSecure, port }: SessionOptions): Sessions {
  const name = isSecure ? '__Host-sleepwell' : `sleepwell-${port}`
  const ttl = hours * 3600
  // Strict: the page itself needs no cookie, so a link from elsewhere finds its visitor signed in all the same.
  const attributes = { httpOnly: true, sameSite: 'strict', secure: isSecure, path: '/' } as const
  return {
    find: async (req) => {
      const sealed = cookieOf(req, name)
      if (sealed === undefined) return undefined
      for (const password of keys) {
        const opened = Session.safeParse(await unsealData(sealed, { password, ttl }))
        if (opened.success) return opened.data
      }
      return undefined
    },
    begin: async (res, session) => {
      const sealed = await sealData(session, { password: keys[0] ?? '', ttl })
      res.cookie(name, sealed, { ...attributes, maxAge: ttl * 1000 })
    },
    end: (res) => void res.clearCookie(name, attributes),
  }
}

export function showSession({ keyId, ownerId, name, scopes: held }: Session): ShownSession {
  const known = scopes.filter((scope) => held.includes(scope))
  const roles = (Object.keys(opening) as Role[]).filter(
    (role) => held.includes('admin') || opening[role].some((scope) => known.includes(scope)),
  )
  return { keyId, ownerId, name, scopes: known, roles }
}

function cookieOf(req: Request, name: string): string | undefined {
  for (const part of req.headers.cookie?.split(';') ?? []) {
    const [key, value] = part.split('=', 2)
    if (key?.trim() === name) return value?.trim()
  }
  return undefined
}
