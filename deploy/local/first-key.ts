import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { CannotStart } from './cannot-start.ts'
import { keepSecrets, openSecrets } from './secrets.ts'
import { environment } from './services.ts'

const folder = fileURLToPath(new URL('../../services/link-write/', import.meta.url))

/**
 * The key of earlier starts, or a new one if there is none that link-write takes.
 *
 * @param linksUrl as link-write's role
 */
export async function ensureKey(
  directory: string,
  linkWrite: string,
  linksUrl: string,
): Promise<string> {
  const secrets = openSecrets(directory)
  if (secrets.apiKey !== undefined && (await isAccepted(secrets.apiKey, linkWrite)))
    return secrets.apiKey
  const apiKey = await createKey(linksUrl)
  keepSecrets(directory, { ...secrets, apiKey })
  return apiKey
}

// A service that cannot tell just now says nothing against a key.
async function isAccepted(key: string, linkWrite: string): Promise<boolean> {
  const response = await fetch(`${linkWrite}/v1/links?limit=1`, {
    headers: { Authorization: `Bearer ${key}` },
  })
  await response.arrayBuffer()
  return response.status !== 401 && response.status !== 403
}

// A key that may do everything, made the way an operator makes one.
async function createKey(linksUrl: string): Promise<string> {
  const child = spawn(
    process.execPath,
    ['src/create-key.ts', '--owner', 'me', '--scopes', 'admin'],
    { cwd: folder, env: environment({ LINKS_URL: linksUrl }), stdio: ['ignore', 'pipe', 'pipe'] },
  )
  let printed = ''
  let said = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (printed += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text))
  const status = await new Promise((resolve) => child.once('close', resolve))
  const key = /\bsw_[0-9A-Za-z]+/u.exec(printed)?.[0]
  if (status !== 0 || key === undefined)
    throw new CannotStart(`No API key could be made: ${said.trim() || printed.trim()}`)
  return key
}
