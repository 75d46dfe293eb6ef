import { HeatMap } from '../charts/heat-map.tsx'
import { Card } from '../controls/card.tsx'
import { EmptyState, followCommand } from '../controls/empty-state.tsx'
import { askFor } from './ask.ts'
import { weekdayNames } from './format.ts'
import { heatCells } from './heat-cells.ts'
import type { WidgetProps } from './load.ts'
import { sayHeat } from './sentences.ts'
import { useReport } from './use-report.ts'

export function HeatCard({ view, range, open, shortLink }: WidgetProps) {
  const load = useReport(askFor(view, range, 'weekday_hour'), open)
  const counted = view.bots ? 'total' : 'human'
  const cells = load.data === undefined ? [] : heatCells(load.data.rows)
  const counts = cells.filter((cell) => cell[counted] > 0)
  return (
    <Card
      name="hours"
      label="Hours of the week"
      title={<h2>Hours of the week</h2>}
      load={load}
      table={
        load.data && {
          columns: ['Weekday', 'Hour', 'Human', 'Bots', 'Unique'],
          rows: counts.map(({ weekday, hour, human, bot, unique }) => [
            weekdayNames[weekday - 1] ?? '',
            `${String(hour).padStart(2, '0')}:00`,
            human,
            bot,
            unique,
          ]),
        }
      }
      sentence={`${sayHeat(cells, counted)} Hours as in ${view.timezone}.`}
      empty={<EmptyState title="No clicks in this time" command={followCommand(shortLink)} />}
    >
      <HeatMap cells={cells} counted={counted} />
    </Card>
  )
}
