// The table of objectives in `docs/slo.md`; the rest of that page is written by hand.
import { type Slo, slos } from '@sleepwell/contracts/slo'
import { markdownTable } from './markdown-table.ts'

const begin = '<!-- By `npm run generate` from packages/contracts/src/slo.ts -->'
const end = '<!-- Until here -->'

/** The page with the objectives as they are. */
export function withObjectives(page: string): string {
  const [from, to] = [page.indexOf(begin), page.indexOf(end)]
  if (from < 0 || to < from) throw new Error('the page has no place for the objectives')
  return `${page.slice(0, from + begin.length)}\n\n${objectives()}\n\n${page.slice(to)}`
}

function objectives(): string {
  const heads = ['Objective', 'Service', 'Promise', 'Good', 'Budget', 'If it burns']
  return markdownTable(
    heads,
    Object.values<Slo>(slos).map((slo) => [
      `\`${slo.id}\``,
      slo.service,
      slo.title,
      `${percent(slo.objective)}${slo.sli.kind === 'latency' ? ` within ${seconds(slo.sli.thresholdSeconds)}` : ''}`,
      budget(slo),
      slo.pageable ? 'page, ticket' : 'ticket',
    ]),
  )
}

/** What may be bad in one window. */
function budget({ sli, objective, windowDays }: Slo): string {
  const share = Number((1 - objective).toPrecision(6))
  if (sli.kind === 'latency') return `1 in ${Math.round(1 / share)} may take longer`
  const total = Math.floor(share * windowDays * 86_400)
  return `${Math.floor(total / 60)} min ${total % 60} s`
}

function seconds(threshold: number): string {
  return threshold < 1 ? `${threshold * 1000} ms` : `${threshold} s`
}

export function percent(share: number): string {
  return `${Number((share * 100).toFixed(4))} %`
}
