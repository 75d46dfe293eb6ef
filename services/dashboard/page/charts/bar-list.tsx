import { showCount, showShare } from '../report/format.ts'
import type { Share } from '../report/shares.ts'

interface BarListProps {
  readonly rows: readonly Share[]
  /** Key of the row by which is filtered. */
  readonly chosen: string | undefined
  readonly hrefOf: (key: string) => string
}

export function BarList({ rows, chosen, hrefOf }: BarListProps) {
  const most = rows[0]?.count ?? 1
  return (
    <ol class="bars">
      {rows.map(({ key, name, count, share }) => (
        <li key={key}>
          <a
            class="bar"
            href={hrefOf(key)}
            title={key === chosen ? 'Take this filter away' : `Only ${name}`}
            aria-current={key === chosen ? 'true' : undefined}
          >
            <span class="fill" style={{ width: `${(count / most) * 100}%` }} />
            <span class="cut">{name}</span>
          </a>
          <span class="number">{showCount(count)}</span>
          <span class="number muted">{showShare(share)}</span>
        </li>
      ))}
    </ol>
  )
}
