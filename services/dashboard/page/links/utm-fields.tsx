import { TextField } from '../controls/field.tsx'
import { ComposerSection } from './composer-section.tsx'
import { type Draft, utmNames } from './draft.ts'
import type { Faults } from './faults.ts'

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
  readonly faults: Faults
}

/** Parameters of the destination, by which campaigns are told apart in reports. */
export function UtmFields({ draft, set, faults }: UtmProps) {
  const filled = utmNames.filter((name) => draft.utm[name].trim() !== '').length
  return (
    <ComposerSection
      filled={filled > 0}
      title={<>UTM builder {filled > 0 && <span class="badge accent number">{filled}</span>}</>}
    >
      <div class="two">
        {utmNames.map((name) => (
          <TextField
            key={name}
            label={`utm_${name}`}
            maxLength={100}
            placeholder={placeholders[name]}
            value={draft.utm[name]}
            fault={faults[`utm/${name}`]}
            change={(value) => set({ utm: { ...draft.utm, [name]: value } })}
          />
        ))}
      </div>
      <p class="hint">Written into the destination, where visitors take them along.</p>
    </ComposerSection>
  )
}
