/** Where an answer is said to have one of these, it always has. */
export const certainHeaders: readonly string[] = [
  'X-Request-Id',
  'ETag',
  'Location',
  'WWW-Authenticate',
]

/** Headers of answers with a meaning here, and what it is. */
export const answerHeaders = {
  'X-Request-Id': ['string', 'Names this request in our logs'],
  ETag: ['string', 'The version answered; for If-Match and If-None-Match'],
  Location: ['string', 'Path of what was made'],
  Link: ['string', 'Path of the next page, as rel="next"; absent on the last one'],
  Allow: ['string', 'The methods that the path takes'],
  'Content-Disposition': ['string', 'A name for the file'],
  'Data-Through': ['string', 'Every click answered up to then is in it'],
  'Idempotency-Replayed': [
    'string',
    '`true`: it happened earlier, and this is the answer of then; absent otherwise',
  ],
  'RateLimit-Policy': [
    'string',
    'How many requests (q) the key may make in how many seconds (w): `"key";q=30000;w=60`',
  ],
  RateLimit: [
    'string',
    'How many are left (r), and when there are all again (t): `"key";r=29999;t=60`',
  ],
  'Retry-After': ['integer', 'Seconds after which to try again'],
  'WWW-Authenticate': ['string', 'How to authenticate'],
} as const satisfies Record<string, readonly [type: 'string' | 'integer', meaning: string]>

export type AnswerHeader = keyof typeof answerHeaders

/** Headers of requests with a meaning here. */
export const requestHeaders = {
  'If-Match': 'ETag of what is to be changed, as it was read; 412 if it has changed since',
  'If-None-Match': 'ETag of what the client has; 304 if it is still so',
  'Idempotency-Key':
    'A random string for each change: a request sent again with the same one has one effect, and the same answer, for 24 hours',
  'Last-Event-ID': 'Id of the last event seen: what came after it is told first',
} as const

export type RequestHeader = keyof typeof requestHeaders
