import { CannotStart } from '@sleepwell/deploy-local/cannot-start'
import { readWords, tell } from '@sleepwell/deploy-local/words'

const usage = `npm run fuzz -- [--requests N] [--seed N] [--reports DIR]
  --requests N   until so many were asked (100000)
  --seed N       what it draws by (1)
  --reports DIR  what was asked, and answered (.data/fuzz)`

export interface Options {
  readonly requests: number
  readonly seed: number
  readonly reports: string
}

/** Ends the process where they are wrong, or ask for help: nothing was started yet. */
export function optionsOrExit(words: readonly string[]): Options {
  try {
    const options = readOptions(words)
    return options === 'help' ? process.exit(tell(usage, 0)) : options
  } catch (error) {
    if (error instanceof CannotStart) process.exit(tell(error.message, error.exitCode))
    throw error
  }
}

/** @throws {CannotStart} with exit code 2 */
export function readOptions(words: readonly string[]): Options | 'help' {
  const options = {
    requests: { type: 'string', default: '100000' },
    seed: { type: 'string', default: '1' },
    reports: { type: 'string', default: '.data/fuzz' },
    help: { type: 'boolean', short: 'h', default: false },
  } as const
  const { values } = readWords({ args: [...words], options }, `\n${usage}`)
  if (values.help) return 'help'
  const [requests, seed] = [Number(values.requests), Number(values.seed)]
  if (!Number.isInteger(requests) || requests < 1)
    throw new CannotStart('--requests takes a number.', 2)
  if (!Number.isInteger(seed) || seed < 0) throw new CannotStart('--seed takes a whole number.', 2)
  if (values.reports === '') throw new CannotStart('--reports takes a directory.', 2)
  return { requests, seed, reports: values.reports }
}
