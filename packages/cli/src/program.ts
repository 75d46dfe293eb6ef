import { Command, Option } from 'commander'
import { completionCommand } from './completions.ts'
import type { World } from './context.ts'
import { doctorCommand } from './doctor.ts'
import { exportCommand } from './export-links.ts'
import { importCommand } from './import-command.ts'
import { keysCommand } from './key-commands.ts'
import { linksCommand, shortenCommand } from './link-commands.ts'
import { loginCommand } from './login.ts'
import { formats } from './output.ts'
import { promoteRegionCommand, spoolCommand } from './other-programs.ts'
import { ledgerCommand, statsCommand, tailCommand } from './report-commands.ts'

const ends = `
Ends with 0 if all was done, 1 if something was refused or left over, 2 if it was called wrongly, 3 if a service
cannot be reached or does not take the key.

SLEEPWELL_API_KEY, SLEEPWELL_LINKS and SLEEPWELL_REPORTS (origins of the two APIs), or
~/.config/sleepwell/config.json: {"apiKey": "…", "links": "…", "reports": "…"}, which nobody else may read.`

export function createProgram(world: World): Command {
  const program = new Command('sleepwell')
    .description('Short links, and what became of them')
    .addOption(
      new Option('-o, --output <format>', 'how to print').choices(formats).default('table'),
    )
    .option('--links <origin>', 'of the API of links')
    .option('--reports <origin>', 'of the API of reports')
    .addHelpText('after', ends)
    .exitOverride()
    .configureOutput({ writeOut: world.out, writeErr: world.err })
  const commands = [
    shortenCommand(world),
    linksCommand(world),
    statsCommand(world),
    tailCommand(world),
    importCommand(world),
    exportCommand(world),
    keysCommand(world),
    ledgerCommand(world),
    doctorCommand(world),
    spoolCommand(world),
    promoteRegionCommand(world),
    loginCommand(world),
    completionCommand(world),
  ]
  for (const command of commands) program.addCommand(withManners(command, world))
  return program
}

/** Commander passes its settings only to commands that it makes itself. */
function withManners(command: Command, world: World): Command {
  command.exitOverride().configureOutput({ writeOut: world.out, writeErr: world.err })
  for (const one of command.commands) withManners(one, world)
  return command
}
