import { Field, TextField } from '../controls/field.tsx'
import { browserTimezone } from '../report/timezone.ts'
import { ComposerSection } from './composer-section.tsx'
import type { Draft } from './draft.ts'
import type { Faults } from './faults.ts'

interface MoreProps {
  readonly draft: Draft
  readonly set: (changes: Partial<Draft>) => void
  readonly faults: Faults
}

export function ComposerMore(props: MoreProps) {
  return (
    <>
      <Limits {...props} />
      <Redirecting {...props} />
      <Preview {...props} />
    </>
  )
}

function Limits({ draft, set, faults }: MoreProps) {
  const isSet = [draft.startsAt, draft.expiresAt, draft.maxClicks, draft.expiredDestination].some(
    (value) => value !== '',
  )
  return (
    <ComposerSection title="Expiry and limits" filled={isSet}>
      <div class="two">
        <TextField
          label="Leads from"
          type="datetime-local"
          hint={`In ${browserTimezone}`}
          value={draft.startsAt}
          fault={faults['startsAt']}
          change={(startsAt) => set({ startsAt })}
        />
        <TextField
          label="Expires"
          type="datetime-local"
          hint="From then on it is gone (410)."
          value={draft.expiresAt}
          fault={faults['expiresAt']}
          change={(expiresAt) => set({ expiresAt })}
        />
        <TextField
          label="Most clicks"
          type="number"
          min={1}
          hint="By people, in all."
          value={draft.maxClicks}
          fault={faults['maxClicks']}
          change={(maxClicks) => set({ maxClicks })}
        />
        <TextField
          label="Afterwards leads to"
          type="url"
          placeholder="https://example.com/sales"
          value={draft.expiredDestination}
          fault={faults['expiredDestination']}
          change={(expiredDestination) => set({ expiredDestination })}
        />
      </div>
    </ComposerSection>
  )
}

const statuses = {
  302: '302 Found: not kept',
  301: '301 Moved: kept for “cache”',
  307: '307: method stays',
  308: '308: moved, method stays',
} as const

function Redirecting({ draft, set, faults }: MoreProps) {
  const checks = [
    ['forwardQuery', 'Parameters of the visit go on to the destination'],
    ['forwardPath', 'What follows the slug goes on to the destination'],
    ['noindex', 'Ask search engines not to list it'],
  ] as const
  return (
    <ComposerSection title="Redirect">
      <div class="two">
        <Field label="Status" fault={faults['redirectStatus']}>
          {(attributes) => (
            <select
              class="input"
              {...attributes}
              value={draft.redirectStatus}
              onChange={({ currentTarget }) =>
                set({ redirectStatus: currentTarget.value as Draft['redirectStatus'] })
              }
            >
              {Object.entries(statuses).map(([status, label]) => (
                <option key={status} value={status}>
                  {label}
                </option>
              ))}
            </select>
          )}
        </Field>
        <TextField
          label="Cache, seconds"
          type="number"
          min={0}
          hint="So long a browser may repeat it uncounted."
          value={draft.cacheSeconds}
          fault={faults['cacheSeconds']}
          change={(cacheSeconds) => set({ cacheSeconds })}
        />
      </div>
      {checks.map(([name, label]) => (
        <label key={name} class="check">
          <input
            type="checkbox"
            checked={draft[name]}
            onChange={({ currentTarget }) => set({ [name]: currentTarget.checked })}
          />
          {label}
        </label>
      ))}
    </ComposerSection>
  )
}

function Preview({ draft, set, faults }: MoreProps) {
  return (
    <ComposerSection title="Social preview and notes">
      <div class="two">
        <TextField
          label="Title in previews"
          maxLength={200}
          value={draft.previewTitle}
          fault={faults['preview/title']}
          change={(previewTitle) => set({ previewTitle })}
        />
        <TextField
          label="Image"
          type="url"
          placeholder="https://example.com/spring.png"
          value={draft.previewImage}
          fault={faults['preview/image']}
          change={(previewImage) => set({ previewImage })}
        />
      </div>
      <TextField
        label="Description in previews"
        maxLength={500}
        value={draft.previewDescription}
        fault={faults['preview/description']}
        change={(previewDescription) => set({ previewDescription })}
      />
      <Field label="Notes" hint="For you; visitors do not see them." fault={faults['notes']}>
        {(attributes) => (
          <textarea
            class="input"
            {...attributes}
            maxLength={2000}
            value={draft.notes}
            onInput={({ currentTarget }) => set({ notes: currentTarget.value })}
          />
        )}
      </Field>
    </ComposerSection>
  )
}
