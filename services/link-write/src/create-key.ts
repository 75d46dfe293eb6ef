// Makes an API key and prints it, once and nothing else:
// `LINKS_URL=postgres://... node src/create-key.ts --owner acme --scopes links:create,links:read`
import { scopes } from '@sleepwell/contracts/api-key'
import { CreateKey } from '@sleepwell/contracts/key'
import { postgresUrl, readEnv } from '@sleepwell/runtime/env'
import { Command, InvalidArgumentError } from 'commander'
import { Client } from 'pg'
import { issueKey, type KeyRequest, readExpiry, readOwner, readScopes } from './issue-key.ts'
import { insertKey } from './key-table.ts'

interface Options extends Pick<KeyRequest, 'scopes'> {
  readonly owner: string
  readonly name?: string
  readonly expires?: Date
}

const timeoutMs = 5000

const command = new Command('create-key')
  .requiredOption(
    '--owner <id>',
    'whom the key speaks for',
    checked(readOwner, 'Letters, digits, ".", "_" and "-", at most 64.'),
  )
  .requiredOption(
    '--scopes <list>',
    `some of ${scopes.join(',')}`,
    checked(readScopes, `It takes ${scopes.join(', ')}, separated by commas.`),
  )
  .option(
    '--expires <time>',
    'ISO 8601; never if absent',
    checked((text) => readExpiry(text, Date.now()), 'A future time such as 2030-01-31T00:00:00Z.'),
  )
  .option(
    '--name <text>',
    'what people know it by',
    checked((text) => CreateKey.shape.name.safeParse(text).data, 'At most 100 characters of text.'),
  )
  .action(createKey)

try {
  await command.parseAsync()
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}

async function createKey(options: Options): Promise<void> {
  const { LINKS_URL } = readEnv({ LINKS_URL: postgresUrl }, process.env)
  await using open = new AsyncDisposableStack()
  const client = new Client({
    connectionString: LINKS_URL,
    connectionTimeoutMillis: timeoutMs,
    query_timeout: timeoutMs,
  })
  open.defer(() => client.end())
  await client.connect()
  const request = {
    ownerId: options.owner,
    name: options.name ?? null,
    scopes: options.scopes,
    expiresAt: options.expires ?? null,
  }
  console.log(await issueKey(request, (key) => insertKey(client, key)))
}

function checked<T>(read: (text: string) => T | undefined, message: string) {
  return (text: string): T => {
    const value = read(text)
    if (value === undefined) throw new InvalidArgumentError(message)
    return value
  }
}
