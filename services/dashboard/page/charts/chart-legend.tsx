interface LegendProps {
  readonly bots: boolean
  readonly before: boolean
}

export function ChartLegend({ bots, before }: LegendProps) {
  return (
    <ul class="legend">
      <li>
        <svg viewBox="0 0 20 12" aria-hidden="true">
          <path class="human-area" d="M0,4H20V12H0z" />
          <path class="human-line" d="M0,4H20" />
        </svg>
        Human
      </li>
      {bots && (
        <li>
          <svg viewBox="0 0 20 12" aria-hidden="true">
            <path fill="url(#hatch)" fill-opacity="0.5" d="M0,2H20V12H0z" />
            <path class="bot-line" d="M0,2H20" />
          </svg>
          Bots, on top
        </li>
      )}
      {before && (
        <li>
          <svg viewBox="0 0 20 12" aria-hidden="true">
            <path class="before-line" d="M0,6H20" />
          </svg>
          Before
        </li>
      )}
    </ul>
  )
}
