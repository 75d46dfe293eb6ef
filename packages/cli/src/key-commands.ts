import { Command } from 'commander'
import type { Result } from '@sleepwell/client/api-types'
import type { Client } from '@sleepwell/client/client'
import { columnsOf, contextOf, type World } from './context.ts'
import { countOf } from './link-commands.ts'

type NewKey = Parameters<Client['createKey']>[0]

const columns = columnsOf<Result<'findKey'>>(
  'id',
  'ownerId',
  'name',
  'prefix',
  'scopes',
  'expiresAt',
  'lastUsedAt',
  'revokedAt',
)

export function keysCommand(world: World): Command {
  const keys = new Command('keys').description('list, make, rotate and revoke API keys')
  const list = keys
    .command('list')
    .description('newest first')
    .action(async () => {
      const context = contextOf(list, world)
      const found: Result<'findKey'>[] = []
      for await (const key of context.client.each('listKeys', { limit: 100 })) found.push(key)
      context.list(found, columns)
    })
  const create = keys
    .command('create')
    .description('make a key, and print it, once and nothing else')
    .requiredOption('--name <text>', 'what people know it by')
    .requiredOption('--scopes <list>', 'such as links:create,links:read')
    .option('--owner-id <id>', 'whom it speaks for; another than oneself by admin only')
    .option('--expires-at <time>', 'ISO 8601; never if absent')
    .option('--requests-per-minute <number>', 'by admin only', countOf)
    .action(async ({ scopes, ...rest }: { scopes: string }) => {
      const { client, format, one, out } = contextOf(create, world)
      const key = await client.createKey({
        ...rest,
        scopes: scopes.split(','),
      } as unknown as NewKey)
      const secret = secretOf(key, 'was made')
      if (format === 'json') one(key)
      else out(`${secret}\n`)
    })
  const rotate = keys
    .command('rotate')
    .description('give a key a new secret, and print it, once and nothing else')
    .argument('<id>')
    .option('--overlap-seconds <number>', 'for how long the secret before opens too', Number)
    .action(async (id: string, flags: { overlapSeconds?: number }) => {
      const { client, format, one, out } = contextOf(rotate, world)
      const key = await client.rotateKey(id, flags)
      const secret = secretOf(key, 'was rotated')
      if (format === 'json') one(key)
      else out(`${secret}\n`)
    })
  const show = keys
    .command('show')
    .description('all of a key but its secret')
    .argument('<id>')
    .action(async (id: string) => {
      const { client, one } = contextOf(show, world)
      one(await client.findKey(id))
    })
  const revoke = keys
    .command('revoke')
    .description('revoke a key, for good')
    .argument('<id>')
    .action(async (id: string) => {
      await contextOf(revoke, world).client.revokeKey(id)
    })
  return keys
}

/** It comes once: where that answer was lost on its way, the next attempt is told only that the key is there. */
function secretOf({ id, secret }: Result<'createKey'>, what: 'was made' | 'was rotated'): string {
  if (secret !== undefined) return secret
  // Of the secrets before only the last one opens.
  const ends = what === 'was rotated' ? ', which ends the secret in use until now at once' : ''
  throw new Error(
    `The key ${id} ${what}, but the answer with its secret was lost. Make another secret by \`sleepwell keys rotate ${id}\`${ends}, or end the key by \`sleepwell keys revoke ${id}\`.`,
  )
}
