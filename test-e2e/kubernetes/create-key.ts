import { namespace } from './cluster.ts'
import type { Stage } from './stage.ts'

/** As the page says; of `me` with all rights unless told otherwise. */
export async function createKey(
  { cluster }: Stage,
  name: string,
  other?: { readonly owner: string; readonly scopes: string },
): Promise<string> {
  const kubectl = (...words: string[]) => cluster.kubectl(['-n', namespace, ...words])
  const create = ['create', 'job', name, '--from=cronjob/create-key']
  if (other === undefined) await kubectl(...create)
  else {
    const job = await kubectl(...create, '--dry-run=client', '-o', 'yaml')
    const changed = job
      .replace(/^( *- )me$/mu, `$1${other.owner}`)
      .replace(/^( *- )admin$/mu, `$1${other.scopes}`)
    await cluster.kubectl(['apply', '-f', '-'], changed)
  }
  await kubectl('wait', '--for=condition=Complete', '--timeout=3m', `job/${name}`)
  const key = (await kubectl('logs', `job/${name}`)).trim()
  await kubectl('delete', 'job', name)
  if (!/^sw_[0-9A-Za-z]+$/u.test(key))
    throw new Error('the job does not print a key, and nothing else')
  return key
}
