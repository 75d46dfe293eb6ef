import type { Link } from '@sleepwell/contracts/link'
import { CopyButton } from '../controls/copy-button.tsx'
import { showCount, showDay } from '../report/format.ts'
import { browserTimezone } from '../report/timezone.ts'
import { dayAt } from '../report/zoned-days.ts'
import { place } from '../routing/place.ts'
import { LinkState } from './link-state.tsx'
import { withTag } from './list-state.ts'
import { type ClicksByLink, clicksOf } from './links-table.ts'
import { TagLink } from './tag-link.tsx'

interface RowProps {
  readonly link: Link
  readonly index: number
  readonly clicks: ClicksByLink | undefined
  readonly sort: string
  readonly picked: boolean
  readonly pick: (id: string) => void
}

export function LinkRow({ link, index, clicks, sort, picked, pick }: RowProps) {
  const { path, search } = place.value
  const { id, slug, domain, title, destination, tags } = link
  const count = clicksOf(id, clicks)
  const day = dayAt(
    Date.parse(sort === 'updatedAt' ? link.updatedAt : link.createdAt),
    browserTimezone,
  )
  return (
    <tr aria-rowindex={index} class={picked ? 'selected' : undefined} data-link={id}>
      <td class="pick">
        <input
          type="checkbox"
          aria-label={`Pick ${slug}`}
          checked={picked}
          onChange={() => pick(id)}
        />
      </td>
      <td>
        <span class="row together">
          <a class="cut" href={`/links/${id}`} title={link.shortLink}>
            <strong>{slug}</strong>
          </a>
          <CopyButton text={link.shortLink} what={link.shortLink} />
          <LinkState link={link} />
        </span>
        <span class="cut small muted" title={title ?? domain}>
          {title ?? domain}
        </span>
      </td>
      <td class="wide">
        <span class="cut muted" title={destination}>
          {destination}
        </span>
      </td>
      <td class="wide">
        <span class="row together">
          {tags.slice(0, 3).map((tag) => (
            <TagLink key={tag} tag={tag} href={path + withTag(search, tag)} />
          ))}
          {tags.length > 3 && <span class="tag">+{tags.length - 3}</span>}
        </span>
      </td>
      <td class="number">{count === undefined ? '–' : showCount(count)}</td>
      <td class="wide number">{`${showDay(day)} ${day.slice(0, 4)}`}</td>
    </tr>
  )
}
