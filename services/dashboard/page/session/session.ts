import { signal } from '@preact/signals'
import { createClient } from '@sleepwell/client/client'
import { errorOf, SleepwellError } from '@sleepwell/client/sleepwell-error'
import type { Scope } from '@sleepwell/contracts/api-key'

export interface Session {
  readonly keyId: string
  readonly ownerId: string
  readonly name: string | null
  readonly scopes: readonly string[]
  readonly roles: readonly string[]
}

/** `'unknown'` until the server has answered; an error if it does not. */
export const session = signal<Session | 'unknown' | 'none' | Error>('unknown')

/** It was ended by a refusal, not by whoever had it. */
export const hasEnded = signal(false)

/** The key is with the dashboard's server, which adds it; a browser has none. */
export const api = createClient({
  links: `${location.origin}/api/links`,
  reports: `${location.origin}/api/reports`,
  apiKey: 'session',
  retries: 1,
})

export async function readSession(): Promise<void> {
  try {
    const answer = await fetch('/api/session')
    if (answer.status === 204) session.value = 'none'
    else session.value = answer.ok ? ((await answer.json()) as Session) : await refusal(answer)
  } catch (error) {
    session.value = unreachable(error)
  }
}

/** Undefined: signed in. */
export async function signIn(
  by: { readonly apiKey: string } | { readonly token: string },
): Promise<Error | undefined> {
  try {
    const answer = await fetch('/api/session', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(by),
    })
    if (!answer.ok) return await refusal(answer)
  } catch (error) {
    return unreachable(error)
  }
  hasEnded.value = false
  await readSession()
  return session.value instanceof Error ? session.value : undefined
}

/** Undefined: signed out. Only the server can take the cookie away. */
export async function signOut(): Promise<Error | undefined> {
  try {
    const answer = await fetch('/api/session', { method: 'DELETE' })
    if (!answer.ok) return await refusal(answer)
  } catch (error) {
    return unreachable(error)
  }
  session.value = 'none'
  return undefined
}

export function endSession(): void {
  if (signedIn() === undefined) return
  hasEnded.value = true
  session.value = 'none'
}

export function may(scope: Scope): boolean {
  const { scopes = [] } = signedIn() ?? {}
  return scopes.includes(scope) || scopes.includes('admin')
}

/** Whether it is the key that somebody is signed in with. */
export function isOwnKey(id: string): boolean {
  return signedIn()?.keyId === id
}

export function isSignedIn(value: typeof session.value): value is Session {
  return typeof value === 'object' && !(value instanceof Error)
}

function signedIn(): Session | undefined {
  return isSignedIn(session.value) ? session.value : undefined
}

function unreachable(cause: unknown): Error {
  return new SleepwellError('unreachable', 'The dashboard cannot be reached', { cause })
}

async function refusal(answer: Response): Promise<Error> {
  return errorOf(answer, await answer.text())
}
