// `npm run stack`: the system as it runs in production, on this machine.
import { openStackEngines } from './stack-engines.ts'
import { runSystem } from './system.ts'

await runSystem({ typed: 'npm run stack', folder: 'stack' }, openStackEngines)
