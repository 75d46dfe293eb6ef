import { useQuery } from '@tanstack/preact-query'
import type { Link } from '@sleepwell/contracts/link'
import type { SlugCheck } from '@sleepwell/contracts/slug-routes'
import { useEffect, useId, useState } from 'preact/hooks'
import { api } from '../session/session.ts'
import type { Draft } from './draft.ts'
import { slugFault } from './slug-check.ts'

interface SlugProps {
  readonly draft: Draft
  readonly set: (changes: Partial<Draft>) => void
  readonly domains: readonly string[]
  readonly domain: string
  /** The link that is edited. */
  readonly own: Link | undefined
  readonly fault: string | undefined
}

const typedMs = 250
/** Whoever types waits no longer: saving asks again. */
const answerMs = 3000
const unknown = 'Whether it is free could not be asked. Saving tells.'

export function SlugField({ draft, set, domains, domain, own, fault }: SlugProps) {
  const id = useId()
  const slug = draft.slug.trim()
  const wrong = slug === '' ? undefined : slugFault(slug)
  const settled = useSettled(wrong === undefined ? slug : '')
  const { data: answer, error } = useSlugCheck(settled === own?.slug ? '' : settled, domain)
  // Not of what was typed before.
  const check = answer?.slug === slug ? answer : undefined
  const isOwn = own !== undefined && check?.linkId === own.id
  const refused = check === undefined || isOwn ? undefined : sayRefused(check)
  const isFree = check !== undefined && refused === undefined
  const told = fault ?? wrong ?? refused
  const isUnknown = error !== null && settled === slug
  return (
    <div class="field">
      <label for={id}>Short link</label>
      <div class="joined">
        {domains.length > 1 && own === undefined ? (
          <select
            class="input auto"
            aria-label="Domain"
            value={domain}
            onChange={({ currentTarget }) => set({ domain: currentTarget.value })}
          >
            {domains.map((one) => (
              <option key={one} value={one}>
                {one}/
              </option>
            ))}
          </select>
        ) : (
          <span class="prefix cut">{domain}/</span>
        )}
        <input
          id={id}
          class="input"
          maxLength={64}
          placeholder="made at random"
          autocomplete="off"
          spellcheck={false}
          value={draft.slug}
          aria-invalid={told === undefined ? undefined : 'true'}
          aria-describedby={`${id}-hint`}
          onInput={({ currentTarget }) => set({ slug: currentTarget.value })}
        />
      </div>
      <p
        id={`${id}-hint`}
        role="status"
        class={told === undefined ? (isFree ? 'hint good' : 'hint') : 'hint bad'}
      >
        {told ?? (isUnknown ? unknown : sayFree(slug, isFree, own))}
      </p>
    </div>
  )
}

/** Undefined: it is free. */
function sayRefused({ state, linkId }: SlugCheck): string | undefined {
  switch (state) {
    case 'free':
      return undefined
    case 'taken':
      return linkId === null ? 'Taken by another owner.' : 'Taken.'
    case 'reserved':
      return 'One of our own paths.'
    case 'blocked':
      return 'A link that was blocked had it.'
  }
}

function sayFree(slug: string, free: boolean, own: Link | undefined): string {
  if (slug === '') return 'Seven letters and digits, unless you choose.'
  if (own !== undefined && slug !== own.slug)
    return `${free ? 'Free. ' : ''}${own.slug} goes on leading here.`
  if (slug === own?.slug) return 'What visitors paste.'
  return free ? 'Free.' : 'Looking…'
}

function useSettled(value: string): string {
  const [settled, setSettled] = useState(value)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), typedMs)
    return () => clearTimeout(timer)
  }, [value])
  return settled
}

/** Empty: there is nothing to ask for. */
function useSlugCheck(slug: string, domain: string) {
  return useQuery({
    queryKey: ['slug', domain, slug],
    queryFn: ({ signal }) =>
      api.checkSlug(
        { slug, ...(domain !== '' && { domain }) },
        { signal, timeoutMs: answerMs, retries: 0 },
      ),
    enabled: slug !== '',
    staleTime: 10_000,
  })
}
