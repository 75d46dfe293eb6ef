import type { CallOptions, UploadedFile } from './api-types.ts'
import { pause, withRetries } from './attempts.ts'
import type { routes } from './routes.ts'
import { errorOf, SleepwellError } from './sleepwell-error.ts'

export interface ClientOptions extends Pick<CallOptions, 'signal' | 'timeoutMs' | 'retries'> {
  /** Origin of link-write, such as `https://links.example.com`. */
  readonly links?: string | undefined
  /** Origin of analytics. */
  readonly reports?: string | undefined
  readonly apiKey: string
  /** Added to what says who asks; browsers send their own. */
  readonly userAgent?: string | undefined
  readonly fetch?: typeof fetch | undefined
}

export interface Request {
  readonly api: (typeof routes)[keyof typeof routes][0]
  readonly method: string
  /** With its query. */
  readonly path: string
  /** Of which type it is; JSON where nothing is said. */
  readonly answer: (typeof routes)[keyof typeof routes][4]
  readonly body: unknown
  readonly file?: UploadedFile | undefined
  readonly headers?: Readonly<Record<string, string>>
}

const ofCalls = { timeoutMs: 10_000, retries: 4 }
/** A file takes as long as it takes, and whether it is worth sending again its owner knows. */
const ofUploads = { timeoutMs: undefined, retries: 0 }

/** A good answer, read or about to be read; anything else is thrown. */
export type Send = (request: Request, options: CallOptions) => Promise<unknown>

export function createSend(client: ClientOptions): Send {
  return (request, options) => {
    const defaults = request.file === undefined ? ofCalls : ofUploads
    const headers = headersOf(client, request, options)
    const signals = [client.signal, options.signal].flatMap((one) => one ?? [])
    const settings = {
      url: urlOf(client, request),
      init: {
        method: request.method,
        headers,
        ...(request.body !== undefined && { body: JSON.stringify(request.body) }),
        // In pieces: who sends can tell that nobody takes them.
        ...(request.file !== undefined && { body: new Blob([request.file.content]) }),
      },
      timeoutMs: options.timeoutMs ?? client.timeoutMs ?? defaults.timeoutMs,
      types: request.answer,
      fetch: client.fetch ?? fetch,
      answered: options.answered,
      signals,
    }
    return withRetries(
      () => attempt(settings),
      options.retries ?? client.retries ?? defaults.retries,
      (ms) => pause(ms, signals),
      Math.random,
    )
  }
}

interface Attempt {
  readonly url: string
  readonly init: RequestInit
  readonly timeoutMs: number | undefined
  readonly types: Request['answer']
  readonly fetch: typeof fetch
  readonly answered: CallOptions['answered']
  readonly signals: readonly AbortSignal[]
}

async function attempt(of: Attempt): Promise<unknown> {
  const control = new AbortController()
  const stop = () => control.abort()
  let late = false
  const tooLate = () => {
    late = true
    stop()
  }
  const timer = of.timeoutMs === undefined ? undefined : setTimeout(tooLate, of.timeoutMs)
  for (const signal of of.signals) {
    if (signal.aborted) stop()
    signal.addEventListener('abort', stop)
  }
  // Only of what the network does: what a caller's function throws is his.
  const failed = (cause: unknown): never => {
    for (const signal of of.signals) signal.throwIfAborted()
    if (late) throw new SleepwellError('timeout', `no answer within ${of.timeoutMs} ms`, { cause })
    throw new SleepwellError('unreachable', `${new URL(of.url).origin} cannot be reached`, {
      cause,
    })
  }
  let streams = false
  try {
    // Called as a function of nobody: a browser's fetch refuses another `this`.
    const { fetch } = of
    const answer = await fetch(of.url, { ...of.init, signal: control.signal }).catch(failed)
    of.answered?.(answer)
    if (!answer.ok) throw errorOf(answer, await answer.text().catch(failed))
    streams = isAsked(answer, of.types)
    // It may be long: its reader takes it as it comes, in his own time.
    return streams ? answer : readAnswer(answer, of.types, await answer.text().catch(failed))
  } finally {
    clearTimeout(timer)
    if (!streams) for (const signal of of.signals) signal.removeEventListener('abort', stop)
  }
}

/** Whether it is a file, or a stream, of a type that the route has. */
function isAsked({ headers }: Response, types: string): boolean {
  const [type = ''] = (headers.get('content-type') ?? '').split(';')
  return types.split(' ').includes(type.trim()) && type !== ''
}

/** A proxy, or a page that wants a sign-in, answers 200 too. */
function readAnswer({ status, headers }: Response, types: string, text: string): unknown {
  const type = headers.get('content-type') ?? ''
  try {
    if (types === 'none' && status === 204) return undefined
    if (types === '' && type.startsWith('application/json')) return JSON.parse(text)
  } catch {
    // Cut off, or not what it says that it is.
  }
  throw new SleepwellError('unexpected_answer', `answered ${status} with something else`, {
    status,
    requestId: headers.get('x-request-id') ?? undefined,
  })
}

function urlOf(client: ClientOptions, { api, path }: Request): string {
  const origin = client[api]
  if (origin === undefined) throw new TypeError(`the client was not told the origin of ${api}`)
  return origin.replace(/\/+$/u, '') + path
}

function headersOf(
  { apiKey, userAgent }: ClientOptions,
  { method, body, file, headers }: Request,
  { idempotencyKey = randomKey(), ifMatch }: CallOptions,
): Record<string, string> {
  return {
    Authorization: `Bearer ${apiKey}`,
    ...(userAgent !== undefined && { 'User-Agent': userAgent }),
    ...(body !== undefined && { 'Content-Type': 'application/json' }),
    ...(file !== undefined && { 'Content-Type': file.type }),
    ...(method !== 'GET' && { 'Idempotency-Key': idempotencyKey }),
    ...(ifMatch !== undefined && { 'If-Match': tagOf(ifMatch) }),
    ...headers,
  }
}

function tagOf(ifMatch: NonNullable<CallOptions['ifMatch']>): string {
  if (ifMatch === '*') return '*'
  return `"${typeof ifMatch === 'number' ? ifMatch : ifMatch.version}"`
}

/** Pages without TLS have no `crypto.randomUUID`. */
function randomKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
