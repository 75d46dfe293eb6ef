import { place } from '../routing/place.ts'
import { Icon } from '../shell/icon.tsx'
import { dimensionLabels, nameOf, type Dimension } from './dimensions.ts'
import { useLinkNames } from './use-link-names.ts'
import { type View, withFilter, withoutFilters } from './view-state.ts'

interface ChipsProps {
  readonly view: View
  readonly ownLink: string | undefined
}

export function FilterChips({ view, ownLink }: ChipsProps) {
  const { path, search } = place.value
  const link = view.link === ownLink ? undefined : view.link
  const names = useLinkNames(link === undefined ? [] : [link])
  const filters = Object.entries(view.filters) as [Dimension, string][]
  if (link === undefined && filters.length === 0) return null
  return (
    <div class="row head" role="group" aria-label="Filters">
      {link !== undefined && (
        <Chip
          label="Link"
          value={names(link)}
          href={path + withFilter(search, 'link', undefined)}
        />
      )}
      {filters.map(([dimension, value]) => (
        <Chip
          key={dimension}
          label={dimensionLabels[dimension]}
          value={nameOf(dimension, value)}
          href={path + withFilter(search, dimension, undefined)}
        />
      ))}
      <a class="button bare tiny" href={path + withoutFilters(search)}>
        Clear (Esc)
      </a>
    </div>
  )
}

interface ChipProps {
  readonly label: string
  readonly value: string
  readonly href: string
}

function Chip({ label, value, href }: ChipProps) {
  return (
    <span class="chip">
      <span class="cut">
        {label}: {value}
      </span>
      <a href={href} aria-label={`Without the filter ${label}: ${value}`}>
        <Icon name="close" />
      </a>
    </span>
  )
}
