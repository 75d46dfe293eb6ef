import { useMutation, useQueryClient } from '@tanstack/preact-query'
import type { Link } from '@sleepwell/contracts/link'
import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import { Dialog, DialogFoot } from '../controls/dialog.tsx'
import { ErrorNote } from '../controls/error-note.tsx'
import { TextField } from '../controls/field.tsx'
import { go } from '../routing/place.ts'
import { api } from '../session/session.ts'
import { say } from '../shell/toasts.tsx'
import type { Composing } from './composes.ts'
import { ComposerMore } from './composer-more.tsx'
import { createDraftKey } from './draft-key.ts'
import { changesOf, creationOf, destinationWith, type Draft, draftOf, utmNames } from './draft.ts'
import { faultsOf, isElsewhere } from './faults.ts'
import { QrPreview } from './qr-preview.tsx'
import { SlugField } from './slug-field.tsx'
import { UtmFields } from './utm-fields.tsx'
import { useDomains } from './use-links.ts'

/** Fields that show what is wrong with them. */
const shown = [
  'destination',
  'slug',
  'title',
  'tags',
  'notes',
  'startsAt',
  'expiresAt',
  'maxClicks',
  'expiredDestination',
  'redirectStatus',
  'cacheSeconds',
  'preview/title',
  'preview/description',
  'preview/image',
  ...utmNames.map((name) => `utm/${name}`),
]

interface ComposerProps {
  readonly of: Composing
  readonly close: () => void
}

export function Composer({ of, close }: ComposerProps) {
  const link = of.kind === 'edit' ? of.link : undefined
  const [draft, setDraft] = useState<Draft>(() =>
    of.kind === 'edit'
      ? draftOf(of.link)
      : { ...draftOf(), slug: of.slug ?? '', domain: of.domain ?? '' },
  )
  const domains = useDomains().data ?? []
  const domain = draft.domain || domains.find(({ isDefault }) => isDefault)?.domain || ''
  const queries = useQueryClient()
  const [keyOf] = useState(createDraftKey)
  const sends = useRef(false)
  const save = useMutation({
    mutationFn: () => store(draft, link, keyOf),
    onSuccess: (saved) => {
      void queries.invalidateQueries()
      close()
      if (saved === undefined) return
      say(link === undefined ? `Created ${saved.shortLink}` : 'Saved. Visitors get it at once.')
      if (link === undefined) go(`/links/${saved.id}`)
    },
    onSettled: () => {
      sends.current = false
    },
  })
  const form = useRef<HTMLFormElement>(null)
  const faults = useMemo(() => faultsOf(save.error), [save.error])
  useEffect(() => {
    if (save.error !== null && form.current !== null) leadToFault(form.current)
  }, [save.error])
  const set = (changes: Partial<Draft>) => setDraft((now) => ({ ...now, ...changes }))
  const destination = destinationWith(draft)
  return (
    <Dialog title={link === undefined ? 'Create a link' : `Edit ${link.slug}`} close={close}>
      <form
        ref={form}
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          // The second of two quick clicks comes before the button is drawn as one that takes none.
          if (sends.current) return
          sends.current = true
          save.mutate()
        }}
      >
        <div class="dialog-body composer">
          <div class="stack">
            <TextField
              label="Destination"
              type="url"
              placeholder="https://example.com/spring"
              autoFocus
              required
              value={draft.destination}
              fault={faults['destination']}
              change={(value) => set({ destination: value })}
            />
            <SlugField
              draft={draft}
              set={set}
              domains={domains.map((one) => one.domain)}
              domain={domain}
              own={link}
              fault={faults['slug']}
            />
            <div class="two">
              <TextField
                label="Title"
                maxLength={200}
                hint="For you; visitors do not see it."
                value={draft.title}
                fault={faults['title']}
                change={(title) => set({ title })}
              />
              <TextField
                label="Tags"
                placeholder="spring, letter"
                hint="Separated by commas; one within a tag is \,"
                value={draft.tags}
                fault={faults['tags']}
                change={(tags) => set({ tags })}
              />
            </div>
            <div>
              <UtmFields draft={draft} set={set} faults={faults} />
              <ComposerMore draft={draft} set={set} faults={faults} />
            </div>
          </div>
          <div class="composer-aside">
            <QrPreview
              origin={domains.find((one) => one.domain === domain)?.origin}
              slug={draft.slug.trim()}
            />
            {destination !== undefined && (
              <p class="hint">
                Leads to
                <br />
                <span class="mono">{destination}</span>
              </p>
            )}
          </div>
        </div>
        {save.error !== null && isElsewhere(faults, shown) && (
          <div class="dialog-body" tabIndex={-1} data-fault>
            <ErrorNote what="It was not saved" error={save.error} />
          </div>
        )}
        <DialogFoot close={close}>
          <button
            class="button primary"
            disabled={save.isPending || draft.destination.trim() === ''}
          >
            {link === undefined ? 'Create link' : 'Save'}
          </button>
        </DialogFoot>
      </form>
    </Dialog>
  )
}

/** Where nobody sees it a refusal looks like a button that does nothing. */
function leadToFault(form: HTMLFormElement): void {
  for (const field of form.querySelectorAll('[aria-invalid="true"]'))
    field.closest('details')?.setAttribute('open', '')
  const first = form.querySelector<HTMLElement>('[aria-invalid="true"], [data-fault]')
  first?.focus()
  first?.scrollIntoView({ block: 'center' })
}

/** Undefined: there was nothing to change. */
async function store(
  draft: Draft,
  link: Link | undefined,
  keyOf: (content: object) => string,
): Promise<Link | undefined> {
  if (link === undefined) {
    const creation = creationOf(draft)
    return await api.createLink(creation, { idempotencyKey: keyOf(creation) })
  }
  const changes = changesOf(draft, link)
  return changes && (await api.updateLink(link.id, changes, { ifMatch: link }))
}
