import { chmodSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { Command } from 'commander'
import type { World } from './context.ts'
import { UsageError } from './exit-code.ts'
import { configFile } from './settings.ts'

/** Never as an argument: those are seen by everybody on the machine. */
export function loginCommand(world: World): Command {
  const login = new Command('login')
    .description('store the API key that comes by standard input, for you alone')
    .action(async () => {
      if (world.stdin.isTTY === true) world.err('API key: ')
      const apiKey = (await readLine(world)).trim()
      if (!/^\S+$/u.test(apiKey)) throw new UsageError('No API key came by standard input.')
      const { links, reports } = login.optsWithGlobals<{ links?: string; reports?: string }>()
      const file = configFile(world.env)
      const before = statSync(file, { throwIfNoEntry: false }) ? read(file) : {}
      store(file, { ...before, ...(links && { links }), ...(reports && { reports }), apiKey })
      world.err(`Stored in ${file}\n`)
    })
  return login
}

function read(file: string): object {
  return Object(JSON.parse(readFileSync(file, 'utf8'))) as object
}

/** Nobody may read it at any time. */
function store(file: string, config: object): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  const next = `${file}.${process.pid}`
  writeFileSync(next, `${JSON.stringify(config, undefined, 2)}\n`, { mode: 0o600, flag: 'wx' })
  chmodSync(next, 0o600)
  renameSync(next, file)
}

async function readLine({ stdin }: World): Promise<string> {
  let text = ''
  for await (const part of stdin) {
    text += String(part)
    if (text.includes('\n')) break
  }
  return text.split('\n')[0] ?? ''
}
