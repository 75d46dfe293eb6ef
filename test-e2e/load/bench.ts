// `npm run bench -- NAME [--json]`: runs one benchmark; with --json the last line is its result.
import { CannotStart } from '@sleepwell/deploy-local/cannot-start'
import { readWords, tell } from '@sleepwell/deploy-local/words'
import { benchCreate } from './create.bench.ts'
import { benchDashboard } from './dashboard.bench.ts'
import { benchDrain } from './drain.bench.ts'
import { benchFreshness } from './freshness.bench.ts'
import { benchImport } from './import.bench.ts'
import { benchLists } from './lists.bench.ts'
import { benchRedirect } from './redirect.bench.ts'
import { benchReports } from './reports.bench.ts'

const benches = {
  redirect: benchRedirect,
  create: benchCreate,
  drain: benchDrain,
  freshness: benchFreshness,
  reports: benchReports,
  import: benchImport,
  lists: benchLists,
  dashboard: benchDashboard,
}

const usage = `npm run bench -- ${Object.keys(benches).join('|')} [--json]
  --json  the result as JSON, in the last line; all else goes to stderr`

async function main(): Promise<number> {
  const options = {
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  } as const
  const { positionals, values } = readWords({ allowPositionals: true, options }, `\n${usage}`)
  if (values.help) return tell(usage, 0)
  const name = positionals[0] ?? ''
  if (!Object.hasOwn(benches, name) || positionals.length > 1) return tell(usage, 2)
  const result = await benches[name as keyof typeof benches](console.error)
  console.error(`${name}: ratio ${result.ratio.toFixed(2)}`)
  if (values.json) console.log(JSON.stringify({ bench: name, ...result }))
  return 0
}

try {
  process.exitCode = await main()
} catch (error) {
  if (!(error instanceof CannotStart)) throw error
  process.exitCode = tell(error.message, error.exitCode)
}
