import { TextField } from '../controls/field.tsx'
import { type Draft, utmNames } from './draft.ts'

const placeholders = {
  source: 'newsletter',
  medium: 'email',
  campaign: 'spring-sale',
  term: 'garden chairs',
  content: 'button-top',
} as const

interface UtmProps {
  readonly draft: Draft
  readonly set: (changes: Partial<Draft>) => void
  readonly fault: string | undefined
}

/** Parameters of the destination, by which campaigns are told apart in reports. */
export function UtmFields({ draft, set, fault }: UtmProps) {
  const filled = utmNames.filter((name) => draft.utm[name].trim() !== '').length
  return (
    <details class="more" open={filled > 0}>
      <summary>
        UTM builder {filled > 0 && <span class="badge accent number">{filled}</span>}
      </summary>
      <div class="stack">
        <div class="two">
          {utmNames.map((name) => (
            <TextField
              key={name}
              label={`utm_${name}`}
              maxLength={100}
              placeholder={placeholders[name]}
              value={draft.utm[name]}
              change={(value) => set({ utm: { ...draft.utm, [name]: value } })}
            />
          ))}
        </div>
        <p class={fault === undefined ? 'hint' : 'hint bad'}>
          {fault ?? 'Written into the destination, where visitors take them along.'}
        </p>
      </div>
    </details>
  )
}
