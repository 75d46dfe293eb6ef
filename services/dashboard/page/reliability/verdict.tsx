import type { Reliability } from '../../src/reliability.ts'
import { verdictOf } from './slo-words.ts'

const looks = { good: 'good', warn: 'warn', bad: 'bad', unknown: '' } as const
const titles = {
  good: 'All well',
  warn: 'Look here',
  bad: 'Act now',
  unknown: 'Not known',
} as const

export function Verdict({ of }: { readonly of: Reliability }) {
  const { mood, words } = verdictOf(of)
  return (
    <div class={`notice ${looks[mood]}`} role="status" data-verdict={mood}>
      <p class="grow">
        <strong>{titles[mood]}.</strong> {words}
      </p>
    </div>
  )
}
