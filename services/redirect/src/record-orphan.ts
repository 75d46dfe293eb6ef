// Slugs that somebody tries and that no link has: a misprint on a poster, a link deleted long ago, or a scan. Anybody can
// make them up, so only so many are recorded; the rest are only counted.
import type { IncomingMessage } from 'node:http'
import { countingPolicyVersion, type OrphanClick } from '@sleepwell/contracts/click'
import { classifyAgent, isPrefetch } from './classify-agent.ts'

/** An orphan click before the spool has numbered it. */
export type OrphanDraft = Omit<OrphanClick, 'spool' | 'seq' | 'at'>

export type OrphanKept = 'recorded' | 'limited'

export interface RecordOrphanDeps {
  readonly allowed: () => boolean
  /** False when there is no room for it. */
  readonly keep: (draft: OrphanDraft) => boolean
  readonly kept: (kept: OrphanKept) => void
}

export type RecordOrphan = (id: string, domain: string, slug: string, req: IncomingMessage) => void

export function createRecordOrphan(deps: RecordOrphanDeps): RecordOrphan {
  return (id, domain, slug, req) => {
    const recorded = deps.allowed() && deps.keep(describe(id, domain, slug, req))
    deps.kept(recorded ? 'recorded' : 'limited')
  }
}

/** Whether a person was led nowhere, and by which slug; nothing else of the request. */
function describe(id: string, domain: string, slug: string, req: IncomingMessage): OrphanDraft {
  const { bot } = classifyAgent(req.headers['user-agent'] ?? '')
  const policyVersion = countingPolicyVersion
  return { type: 'orphan', id, policyVersion, bot: bot || isPrefetch(req), domain, slug }
}
