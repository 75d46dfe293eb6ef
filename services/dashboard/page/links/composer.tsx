import { useMutation, useQueryClient } from '@tanstack/preact-query'
import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import { Dialog, DialogFoot } from '../controls/dialog.tsx'
import { ErrorNote } from '../controls/error-note.tsx'
import { TextField } from '../controls/field.tsx'
import { go } from '../routing/place.ts'
import { say } from '../shell/toasts.tsx'
import { type Composing, composes } from './composes.ts'
import { ComposerMore } from './composer-more.tsx'
import { rebased } from './conflict.ts'
import { ConflictNote } from './conflict-note.tsx'
import { createDraftKey } from './draft-key.ts'
import { destinationWith, type Draft, draftOf, utmNames } from './draft.ts'
import { faultsOf, isElsewhere } from './faults.ts'
import { linksChanged } from './links-changed.ts'
import { QrPreview } from './qr-preview.tsx'
import { saveDraft } from './save-draft.ts'
import { slugFault } from './slug-check.ts'
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
  /** As it was when what is typed was begun. */
  const link = of.kind === 'edit' ? of.link : undefined
  const draft = of.draft ?? beginningOf(of)
  const domains = useDomains().data ?? []
  const domain = draft.domain || domains.find(({ isDefault }) => isDefault)?.domain || ''
  const queries = useQueryClient()
  const [keyOf] = useState(createDraftKey)
  const sends = useRef(false)
  const save = useMutation({
    mutationFn: () => saveDraft(draft, link, keyOf),
    onSuccess: (saved) => {
      if (saved.kind === 'conflict') {
        void linksChanged(queries, [saved.now.id])
        if (link === undefined) return
        const typed = composes.peek()?.draft ?? draft
        composes.value = { kind: 'edit', link: saved.now, draft: rebased(typed, link, saved.now) }
        return
      }
      close()
      if (saved.kind === 'nothing to do') return
      void linksChanged(queries, [saved.link.id])
      if (saved.kind === 'edited') return say('Saved. Visitors get it at once.')
      say(`Created ${saved.link.shortLink}`)
      go(`/links/${saved.link.id}`)
    },
    onSettled: () => {
      sends.current = false
    },
  })
  const form = useRef<HTMLFormElement>(null)
  const faults = useMemo(() => faultsOf(save.error), [save.error])
  const conflict = save.data?.kind === 'conflict' ? save.data.changes : undefined
  useEffect(() => {
    const refused = save.error !== null || conflict !== undefined
    if (refused && form.current !== null) leadToFault(form.current)
  }, [save.error, conflict])
  const set = (changes: Partial<Draft>) => {
    composes.value = { ...of, draft: { ...(composes.peek()?.draft ?? draft), ...changes } }
  }
  const destination = destinationWith(draft)
  return (
    <Dialog
      title={link === undefined ? 'Create a link' : `Edit ${link.slug}`}
      keeps={of.draft !== undefined}
      close={close}
    >
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
              slug={slugFault(draft.slug.trim()) === undefined ? draft.slug.trim() : ''}
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
        {conflict !== undefined && (
          <div class="dialog-body" tabIndex={-1} data-fault>
            <ConflictNote changes={conflict} />
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

function beginningOf(of: Composing): Draft {
  return of.kind === 'edit'
    ? draftOf(of.link)
    : { ...draftOf(), slug: of.slug ?? '', domain: of.domain ?? '' }
}

/** Where nobody sees it a refusal looks like a button that does nothing. */
function leadToFault(form: HTMLFormElement): void {
  for (const field of form.querySelectorAll('[aria-invalid="true"]'))
    field.closest('details')?.setAttribute('open', '')
  const first = form.querySelector<HTMLElement>('[aria-invalid="true"], [data-fault]')
  first?.focus()
  first?.scrollIntoView({ block: 'center' })
}
