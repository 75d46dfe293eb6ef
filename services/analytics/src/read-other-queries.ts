import type { ExportQuery } from './export-clicks.ts'
import type { OrphanQuery } from './orphan-report.ts'
import {
  readLinkId,
  readParameters,
  readRange,
  requireRawRange,
  type Query,
} from './read-parameters.ts'
import { refuse } from './refuse.ts'

const dayMs = 86_400_000

/** @throws {Refusal} as all of these do, naming what is wrong */
export function readExportQuery(query: Query, now: number): ExportQuery {
  const given = readParameters(query, ['linkId', 'from', 'to'])
  const range = readRange(given, now, 1)
  requireRawRange(range, 1)
  return { linkId: readLinkId(given.linkId), ...range }
}

/** Orphans are counted by days in UTC. */
export function readOrphanQuery(query: Query, now: number): OrphanQuery {
  const given = readParameters(query, ['from', 'to', 'domain'])
  const { domain } = given
  if (domain !== undefined && !/^[\x21-\x7e]{1,253}$/u.test(domain)) {
    const message = 'must be a host, or @ for the default domain'
    refuse('parameter_invalid', { errors: [{ pointer: 'domain', message }] })
  }
  return { domain: domain?.toLowerCase(), ...readRange(given, now, dayMs) }
}

export function readLiveQuery(query: Query): { readonly linkId: string | undefined } {
  const { linkId } = readParameters(query, ['linkId'])
  return { linkId: readLinkId(linkId)?.toLowerCase() }
}
