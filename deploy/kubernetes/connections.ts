// Connections that each process opens to Postgres, at most. A pool of connections is made where the text beside each number
// stands; a test compares.

export interface Connections {
  /** To the primary of the links database. */
  readonly links: number
  /** To the server that its replica URLs lead to, be they several or one. */
  readonly linksReplica: number
  readonly analytics: number
}

/** @param replicas URLs of replicas that it is given */
export function connectionsOf(service: string, replicas: number): Connections {
  switch (service) {
    case 'redirect': {
      // Of a pool that is alone two; and the change feed, at whichever answers first.
      const pool = replicas === 0 ? 2 : 1
      return { links: pool + 1, linksReplica: replicas * pool + 1, analytics: 0 }
    }
    case 'link-write':
      return { links: 10, linksReplica: 0, analytics: 0 }
    case 'analytics':
      // Consumer and reports, six each; what watches, looks at every click and exports, two each.
      return { links: 4, linksReplica: replicas * 4, analytics: 6 + 6 + 2 + 2 + 2 }
    default:
      return { links: 0, linksReplica: 0, analytics: 0 }
  }
}

/** Migrations, a new key, and whoever looks with psql; three are Postgres' own for superusers. */
export const spare = 10
