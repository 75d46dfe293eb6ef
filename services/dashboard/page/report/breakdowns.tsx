import type { ReportDimension } from '@sleepwell/contracts/report'
import { CountryMap } from '../charts/country-map-lazy.ts'
import { Segments } from '../controls/segments.tsx'
import { place } from '../routing/place.ts'
import { withParams } from '../routing/search.ts'
import { BreakdownCard, type Tab } from './breakdown-card.tsx'
import { dimensionLabels } from './dimensions.ts'
import { HeatCard } from './heat-card.tsx'
import type { WidgetProps } from './load.ts'

const sourceTabs = [
  'referrer',
  'utm_source',
  'utm_medium',
  'utm_campaign',
  'utm_term',
  'utm_content',
] as const
const deviceTabs = ['device', 'browser', 'os'] as const

const labels: Readonly<Partial<Record<ReportDimension, string>>> = {
  referrer: 'Referrers',
  device: 'Devices',
  browser: 'Browsers',
  os: 'Systems',
}
const plurals: Readonly<Partial<Record<ReportDimension, string>>> = {
  ...labels,
  utm_source: 'sources',
  utm_medium: 'mediums',
  utm_campaign: 'campaigns',
  utm_term: 'terms',
  utm_content: 'contents',
}

export function Breakdowns(props: WidgetProps) {
  const showsLinks = props.scope === 'all'
  return (
    <div class={showsLinks ? 'halves' : 'halves three'}>
      {showsLinks && (
        <BreakdownCard
          {...props}
          name="links"
          groupBy="link"
          label="Top links"
          what="links"
          title={<h2>Top links</h2>}
        />
      )}
      <Tabbed {...props} name="sources" param="src" label="Sources" tabs={sourceTabs} />
      <Countries {...props} />
      <Tabbed {...props} name="devices" param="dev" label="Devices" tabs={deviceTabs} />
      <HeatCard {...props} />
    </div>
  )
}

interface TabbedProps extends WidgetProps {
  readonly name: string
  readonly param: string
  readonly label: string
  readonly tabs: readonly Tab[]
}

/** Which tab is shown is in the URL. */
function Tabbed({ name, param, label, tabs, ...props }: TabbedProps) {
  const { path, search } = place.value
  const [first = 'referrer'] = tabs
  const chosen = tabs.find((tab) => tab === new URLSearchParams(search).get(param)) ?? first
  const labelOf = (tab: Tab) => (tab === 'link' ? 'Links' : (labels[tab] ?? dimensionLabels[tab]))
  return (
    <BreakdownCard
      {...props}
      name={name}
      groupBy={chosen}
      label={chosen.startsWith('utm_') ? `UTM ${labelOf(chosen).toLowerCase()}` : labelOf(chosen)}
      what={chosen === 'link' ? 'links' : (plurals[chosen] ?? 'values').toLowerCase()}
      title={
        <Segments
          label={label}
          look="tabs"
          current={chosen}
          choices={tabs.map((tab) => ({
            name: tab,
            label: labelOf(tab),
            href: path + withParams(search, { [param]: tab === first ? undefined : tab }),
          }))}
        />
      }
    />
  )
}

function Countries(props: WidgetProps) {
  const { path, search } = place.value
  const asMap = new URLSearchParams(search).get('geo') !== 'list'
  return (
    <BreakdownCard
      {...props}
      name="countries"
      groupBy="country"
      label="Countries"
      what="countries"
      title={
        <Segments
          label="Countries as"
          look="tabs"
          current={asMap ? 'map' : 'list'}
          choices={[
            {
              name: 'map',
              label: 'Countries',
              href: path + withParams(search, { geo: undefined }),
            },
            { name: 'list', label: 'List', href: path + withParams(search, { geo: 'list' }) },
          ]}
        />
      }
      {...(asMap && {
        picture: (shares, choose) => <CountryMap shares={shares} choose={choose} />,
      })}
    />
  )
}
