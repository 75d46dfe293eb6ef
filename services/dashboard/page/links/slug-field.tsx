import { useQuery } from '@tanstack/preact-query'
import type { Link } from '@sleepwell/contracts/link'
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

export function SlugField({ draft, set, domains, domain, own, fault }: SlugProps) {
  const id = useId()
  const slug = draft.slug.trim()
  const wrong = slug === '' ? undefined : slugFault(slug)
  const settled = useSettled(wrong === undefined ? slug : '')
  const taken = useTakenBy(settled === own?.slug ? '' : settled, domain, own?.id)
  const told = fault ?? wrong ?? (taken.owner && `Taken by your link to ${taken.owner.destination}`)
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
        class={told === undefined ? (taken.free ? 'hint good' : 'hint') : 'hint bad'}
      >
        {told ?? sayFree(slug, taken.free, own)}
      </p>
    </div>
  )
}

function sayFree(slug: string, free: boolean, own: Link | undefined): string {
  if (slug === '') return 'Seven letters and digits, unless you choose.'
  if (own !== undefined && slug !== own.slug)
    return `${free ? 'None of your links has it. ' : ''}${own.slug} goes on leading here.`
  if (slug === own?.slug) return 'What visitors paste.'
  return free ? 'None of your links has it; whether another owner does, saving tells.' : 'Looking…'
}

function useSettled(value: string): string {
  const [settled, setSettled] = useState(value)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), typedMs)
    return () => clearTimeout(timer)
  }, [value])
  return settled
}

/** Among one's own links, by a search: no route tells of others'. */
function useTakenBy(slug: string, domain: string, ownId: string | undefined) {
  const { data } = useQuery({
    queryKey: ['slug', domain, slug],
    queryFn: ({ signal }) =>
      api.listLinks(
        { search: slug, archived: 'all', limit: 100, ...(domain !== '' && { domain }) },
        { signal },
      ),
    enabled: slug !== '',
    staleTime: 10_000,
  })
  const owner = data?.links.find(
    (link) => link.id !== ownId && (link.slug === slug || link.aliases.includes(slug)),
  )
  return { owner, free: slug !== '' && data !== undefined && owner === undefined }
}
