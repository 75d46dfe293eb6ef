import type {
  ExportParameters,
  LiveParameters,
  OrphanParameters,
} from '@sleepwell/contracts/analytics-routes'
import type { z } from 'zod'
import type { ExportQuery } from './export-clicks.ts'
import type { OrphanQuery } from './orphan-report.ts'
import { readLinkId, readRange, requireRawRange } from './read-parameters.ts'

const dayMs = 86_400_000

/** @throws {Refusal} as all of these do, naming what is wrong */
export function readExportQuery(given: z.infer<typeof ExportParameters>, now: number): ExportQuery {
  const range = readRange(given, now, 1)
  requireRawRange(range, 1)
  return { linkId: readLinkId(given.linkId), ...range }
}

/** Orphans are counted by days in UTC. */
export function readOrphanQuery(given: z.infer<typeof OrphanParameters>, now: number): OrphanQuery {
  const { domain } = given
  return { domain: domain?.toLowerCase(), ...readRange(given, now, dayMs) }
}

export function readLiveQuery({ linkId }: z.infer<typeof LiveParameters>): {
  readonly linkId: string | undefined
} {
  return { linkId: readLinkId(linkId)?.toLowerCase() }
}
