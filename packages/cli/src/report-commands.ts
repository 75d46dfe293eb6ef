import { setTimeout as sleep } from 'node:timers/promises'
import { Command, Option } from 'commander'
import type { Result } from '@sleepwell/client/api-types'
import { SleepwellError } from '@sleepwell/client/sleepwell-error'
import { columnsOf, contextOf, type World } from './context.ts'
import { explain } from './exit-code.ts'
import { findLink } from './find-link.ts'
import { cell } from './output.ts'

type Report = Result<'reportClicks'>
type Asked = Parameters<ReturnType<typeof contextOf>['client']['reportClicks']>[0]

const watchMs = 2_000
const columns = columnsOf<Report['rows'][number]>('key', 'total', 'human', 'bot', 'unique')

export function statsCommand(world: World): Command {
  const stats = new Command('stats')
    .description('clicks of a link')
    .argument('<link>', 'its id, slug or short link')
    .option(
      '--by <what>',
      'day, hour, weekday_hour, country, referrer, device, browser, os, …',
      'day',
    )
    .option('--from <time>', 'ISO 8601; seven days ago if absent')
    .option('--to <time>', 'ISO 8601; now if absent')
    .option('--timezone <zone>', 'in which days and hours begin', 'UTC')
    .option('--watch', 'again every two seconds, until Ctrl-C')
    .addOption(new Option('--times <number>', 'watch so many times').argParser(Number).hideHelp())
    .action(async (reference: string, flags: StatsFlags) => {
      const { client, list, one, format, out, outIsTerminal } = contextOf(stats, world)
      const { by, from, to, timezone, watch = false, times = Number.POSITIVE_INFINITY } = flags
      const link = await findLink(client, reference)
      const asked = { linkId: link.id, groupBy: by, from, to, timezone } as Asked
      for (let n = 1; ; n++) {
        const report = await client.reportClicks(asked)
        if (watch && outIsTerminal) out('\u001b[2J\u001b[H')
        if (format === 'json') one(report)
        else list([...report.rows, { key: 'total', ...report.totals }], columns)
        if (format === 'table') out(`\ncomplete up to ${report.dataThrough ?? 'nothing yet'}\n`)
        if (!watch || n >= times) return
        await sleep(watchMs)
      }
    })
  return stats
}

interface StatsFlags {
  readonly by: string
  readonly from?: string
  readonly to?: string
  readonly timezone: string
  readonly watch?: boolean
  readonly times?: number
}

export function tailCommand(world: World): Command {
  const tail = new Command('tail')
    .description('clicks as they are counted, until Ctrl-C; goes on where it was cut off')
    .argument('[link]', 'of this one only: its id, slug or short link')
    .addOption(new Option('--events <number>', 'end after so many').argParser(Number).hideHelp())
    .action(async (reference: string | undefined, { events }: { events?: number }) => {
      const { client, format, out, err } = contextOf(tail, world)
      const link = reference === undefined ? undefined : await findLink(client, reference)
      let seen = 0
      let isThere = false
      // Where it never was there, the first failure is the end; later ones are waited out.
      const connected = (is: boolean, failure: unknown = 'cut off') => {
        if (!is && !isThere && failure instanceof SleepwellError) throw failure
        if (isThere) err(is ? 'connected again\n' : `${explain(failure)}; it is tried again\n`)
        isThere ||= is
      }
      for await (const { event, data } of client.live({ linkId: link?.id, connected })) {
        if (format === 'json') out(`${JSON.stringify({ event, ...data })}\n`)
        else if (event === 'gap')
          err(`${data.at}  clicks before may be missing here: ${data.reason}\n`)
        else for (const one of data.links) out(lineOf(data.at, one, format === 'csv' ? ',' : '  '))
        if (++seen === events) return
      }
    })
  return tail
}

function lineOf(
  at: string,
  { linkId, total, human, bot }: { linkId: string; total: number; human: number; bot: number },
  between: string,
): string {
  return `${[at, linkId, total, human, bot].map(cell).join(between)}\n`
}

export function ledgerCommand(world: World): Command {
  const ledger = new Command('ledger')
    .description('the books: every click that was answered, and where it is')
    .action(async () => {
      const { client, one, format, err, fail } = contextOf(ledger, world)
      const books = await client.readLedger()
      one(
        format === 'json'
          ? books
          : { asOf: books.asOf, dataThrough: books.dataThrough, ...books.totals },
      )
      const { difference, lost, dropped } = books.totals
      if (difference + lost + dropped > 0) err('Not every click that was answered is counted.\n')
      if (difference > 0) fail(1)
    })
  return ledger
}
