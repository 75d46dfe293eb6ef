// What Patroni says of its cluster, by HTTP.

/** As the cluster sees it; that may be older than the node itself. */
export interface Member {
  readonly name: string
  /** `leader`, `sync_standby` or `replica`. */
  readonly role: string
  /** `running` or, of a replica in later versions, `streaming`; or what is wrong. */
  readonly state: string
  readonly timeline: number | undefined
  /** Undefined of the leader, and where nobody knows. */
  readonly lagBytes: number | undefined
}

/** Beyond it a node is taken for one that does not answer. */
const patienceMs = 1_000

/** From whichever node answers first; none if nobody does. */
export async function askMembers(restUrls: readonly string[]): Promise<readonly Member[]> {
  const ask = async (url: string) => {
    const answer = await get(`${url}/cluster`)
    if (answer.status !== 200) throw new Error(`${url} answers ${answer.status}`)
    return answer.body as Cluster
  }
  try {
    const { members } = await Promise.any(restUrls.map(ask))
    return members.map(({ name, role, state, timeline, lag }) => ({
      name,
      role,
      state,
      timeline,
      lagBytes: typeof lag === 'number' ? lag : undefined,
    }))
  } catch {
    return []
  }
}

/** The timeline of a node that says it may write; undefined of any other. */
export async function askTimeline(restUrl: string): Promise<number | undefined> {
  try {
    const { status, body } = await get(`${restUrl}/primary`)
    return status === 200 ? (body as Status).timeline : undefined
  } catch {
    return undefined
  }
}

interface Cluster {
  readonly members: readonly {
    readonly name: string
    readonly role: string
    readonly state: string
    readonly timeline?: number
    readonly lag?: number | 'unknown'
  }[]
}

interface Status {
  readonly timeline: number
}

async function get(url: string): Promise<{ status: number; body: unknown }> {
  const answer = await fetch(url, { signal: AbortSignal.timeout(patienceMs) })
  return { status: answer.status, body: await answer.json() }
}
