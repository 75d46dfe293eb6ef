import { problem } from '@sleepwell/contracts/problem'
import { ids, Refusal } from '@sleepwell/runtime/express-api'
import type { Request, Response } from 'express'
import { z } from 'zod'
import type { Identified } from './key-holder.ts'
import type { OneTimeLink } from './one-time-links.ts'
import type { Session, Sessions } from './session.ts'

export type SignInOutcome = 'accepted' | 'refused' | 'limited' | 'unavailable'

export interface SignInDeps {
  readonly identify: (apiKey: string) => Promise<Identified>
  readonly findLink: (token: string) => Promise<OneTimeLink | 'absent'>
  readonly begin: Sessions['begin']
  /** Seconds until the address may try again; 0: it may. */
  readonly takeAttempt: (address: string) => Promise<number>
  readonly signedIn: (outcome: SignInOutcome) => void
}

const SignIn = z.union([
  z.strictObject({ apiKey: z.string().max(200) }),
  z.strictObject({ token: z.string().min(1).max(200) }),
])

/** By an API key, or by the token of a link that works once. */
export function createSignIn(deps: SignInDeps) {
  const refuse = (outcome: SignInOutcome, refusal: Refusal): never => {
    deps.signedIn(outcome)
    throw refusal
  }

  async function identify(apiKey: string): Promise<Session> {
    const found = await deps.identify(apiKey.trim())
    switch (found) {
      case 'unknown':
        return refuse('refused', new Refusal(problem('unauthenticated')))
      case 'expired':
        return refuse('refused', new Refusal(problem('key_expired')))
      case 'unavailable':
        return refuse(
          'unavailable',
          new Refusal(
            problem('unavailable', {
              detail: 'Neither link-write nor analytics tells whose key it is.',
            }),
          ),
        )
      default:
        return found
    }
  }

  async function sessionOfLink(token: string): Promise<Session> {
    const link = await deps.findLink(token)
    const used = () => refuse('refused', new Refusal(problem('sign_in_link_used')))
    if (link === 'absent') return used()
    // A link is not used up in vain: first the key, then the link.
    const session = await identify(link.apiKey)
    return (await link.use()) ? session : used()
  }

  return async (req: Request, res: Response): Promise<void> => {
    const waitSeconds = await deps.takeAttempt(req.ip ?? '')
    if (waitSeconds > 0) {
      res.set('Retry-After', String(waitSeconds))
      refuse('limited', new Refusal(problem('too_many_sign_ins', ids(res))))
    }
    const given = SignIn.safeParse(req.body)
    if (!given.success) throw new Refusal(problem('invalid_body'))
    const { data } = given
    const session = await ('token' in data ? sessionOfLink(data.token) : identify(data.apiKey))
    await deps.begin(res, session)
    deps.signedIn('accepted')
    res.status(204).end()
  }
}
