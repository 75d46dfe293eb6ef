// `npm run bench -- NAME [--json]`: runs one benchmark; with --json the last line is its result.
import { parseArgs } from 'node:util'
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

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { json: { type: 'boolean', default: false } },
})
const name = positionals[0] ?? ''
if (!Object.hasOwn(benches, name)) {
  console.error(`Usage: npm run bench -- ${Object.keys(benches).join('|')} [--json]`)
  process.exit(2)
}
const result = await benches[name as keyof typeof benches](console.error)
console.error(`${name}: ratio ${result.ratio.toFixed(2)}`)
if (values.json) console.log(JSON.stringify({ bench: name, ...result }))
