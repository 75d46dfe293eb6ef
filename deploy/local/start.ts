// `npm start`: the system with nothing but Postgres.
import { openEmbeddedEngines } from './embedded-engines.ts'
import { runSystem } from './system.ts'

await runSystem({ typed: 'npm start', folder: 'start' }, openEmbeddedEngines)
