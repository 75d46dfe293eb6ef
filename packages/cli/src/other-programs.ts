// What needs the engines themselves runs where they can be reached, as the service's own program.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Command } from 'commander'
import type { World } from './context.ts'
import { UsageError } from './exit-code.ts'

export function spoolCommand(world: World): Command {
  const spool = new Command('spool').description('clicks on the disk of a redirect process')
  spool
    .command('ship')
    .description(
      'ship the spool of a redirect process that will not come back; needs CLICK_LOG_URL',
    )
    .argument('<directory>', 'its SPOOL_DIR')
    .action((directory: string) => run(world, 'redirect', 'ship-spool.ts', [directory]))
  return spool
}

export function promoteRegionCommand(world: World): Command {
  return new Command('promote-region')
    .description(
      'make the standby of another region the primary; needs STANDBY_URL, and OLD_PRIMARY_URL if it may still answer',
    )
    .option('--yes', 'do not ask', false)
    .action(({ yes }: { yes: boolean }) =>
      run(world, 'link-write', 'promote-region.ts', yes ? ['--yes'] : []),
    )
}

async function run(
  { fail }: World,
  service: string,
  program: string,
  words: readonly string[],
): Promise<void> {
  const here = dirname(fileURLToPath(import.meta.url))
  const file = join(here, '../../../services', service, 'src', program)
  if (!existsSync(file))
    throw new UsageError(
      `${service} is not installed here. Run it where it is: node src/${program}`,
    )
  const child = spawn(process.execPath, [file, ...words], { stdio: 'inherit' })
  const pass = (signal: NodeJS.Signals) => child.kill(signal)
  // Ctrl-C reaches both; the child decides when it is done.
  const signals = ['SIGINT', 'SIGTERM'] as const
  for (const signal of signals) process.on(signal, pass)
  const [code] = (await once(child, 'exit')) as [number | null]
  for (const signal of signals) process.off(signal, pass)
  if (code !== 0) fail(code === 3 ? 1 : code === 2 ? 2 : 1)
}
