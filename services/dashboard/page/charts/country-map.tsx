import { geoNaturalEarth1, geoPath } from 'd3-geo'
import { useQuery } from '@tanstack/preact-query'
import { feature } from 'topojson-client'
import atlas from 'world-atlas/countries-110m.json?url'
import { heatLevel } from '../report/heat-cells.ts'
import { nameOf } from '../report/dimensions.ts'
import { plural } from '../report/format.ts'
import type { Share } from '../report/shares.ts'
import { codeOfNumber } from './country-codes.ts'

interface MapProps {
  readonly shares: readonly Share[]
  readonly choose: (country: string) => void
}

const width = 480
const height = 232

/** Beside a list that says the same: only a mouse can choose here. */
export function CountryMap({ shares, choose }: MapProps) {
  const { data } = useQuery({
    queryKey: ['world'],
    queryFn: readOutlines,
    staleTime: Number.POSITIVE_INFINITY,
  })
  const counts = new Map(shares.map((share) => [share.key, share.count]))
  const most = Math.max(...counts.values(), 0)
  return (
    <svg
      class="map"
      viewBox={`0 0 ${width} ${height}`}
      width="100%"
      aria-hidden="true"
      onClick={({ target }) => {
        const code = target instanceof SVGElement ? target.dataset.code : undefined
        if (code !== undefined && counts.has(code)) choose(code)
      }}
    >
      {(data ?? []).map(({ code, path }, i) => {
        const level = heatLevel(counts.get(code) ?? 0, most)
        return (
          <path
            key={i}
            d={path}
            data-code={code}
            class={level === 0 ? undefined : `level-${level}`}
          >
            <title>{`${nameOf('country', code)}: ${plural(counts.get(code) ?? 0, 'click')}`}</title>
          </path>
        )
      })}
    </svg>
  )
}

type World = Parameters<typeof feature>[0]

async function readOutlines() {
  const answer = await fetch(atlas)
  const world = (await answer.json()) as World
  const { countries } = world.objects
  const outlines = countries === undefined ? undefined : feature(world, countries)
  // Nobody clicks in Antarctica, which would take a fifth of the map.
  const shown =
    outlines !== undefined && 'features' in outlines
      ? outlines.features.filter(({ id }) => id !== '010')
      : []
  const projection = geoNaturalEarth1().fitSize([width, height], {
    type: 'FeatureCollection',
    features: shown,
  })
  const draw = geoPath(projection).digits(1)
  return shown.map((one) => ({ code: codeOfNumber(String(one.id)), path: draw(one) ?? '' }))
}
