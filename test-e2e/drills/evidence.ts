// What a drill leaves behind to be judged by: every call of its clients, and what the databases hold in the end. Times are
// milliseconds of one clock.

/** One change of a link, with all its tries under one idempotency key. Those of a slug never overlap. */
export interface Write {
  readonly slug: string
  /** Where the link leads from then on; null: deleted. */
  readonly destination: string | null
  readonly start: number
  /** When it was acknowledged; undefined: nobody knows whether it was made. */
  readonly acknowledgedAt: number | undefined
  /** None: it is what a disaster did. */
  readonly tries: number
}

/** A link that nobody changes. */
export function wasThere(slug: string): Write {
  return {
    slug,
    destination: `https://example.com/${slug}`,
    start: -Infinity,
    acknowledgedAt: -Infinity,
    tries: 1,
  }
}

/** One visitor. `absent` is 404 or 410, `failed` 5xx, 429 or no answer. */
export interface Read {
  readonly slug: string
  /** When this visitor wanted to come, which a busy client may not have done at once. */
  readonly dueAt: number
  readonly start: number
  readonly end: number
  readonly answer: { readonly destination: string } | 'absent' | 'failed'
  /** Of a redirect; the id of its click. */
  readonly requestId: string | undefined
  /** How it failed, for people. */
  readonly failure?: string
}

export interface Report {
  readonly start: number
  readonly end: number
  readonly ok: boolean
}

export interface Evidence {
  readonly writes: readonly Write[]
  readonly reads: readonly Read[]
  readonly reports: readonly Report[]
  /** While something is away an edit may take 30 s to be seen. */
  readonly degraded: readonly { readonly from: number; readonly to: number }[]
  /** In the database, in the end: where each living link leads; a slug may stand there twice. */
  readonly links: readonly { readonly slug: string; readonly destination: string }[]
  /** How often each click is stored. */
  readonly clicks: ReadonlyMap<string, number>
  /** Clicks in the sums, less those stored. */
  readonly rollupDifference: number
  /** Acknowledged creations that were sent once more under their key: whether the answer was the same. */
  readonly replays: readonly { readonly slug: string; readonly same: boolean }[]
}
