import type {
  Arguments,
  CallOptions,
  Item,
  Methods,
  PagedName,
  RouteName,
  UploadedFile,
} from './api-types.ts'
import { pause, pauseAfter } from './attempts.ts'
import { type LiveEvent, type Position, readEvents } from './live-events.ts'
import { type ClientOptions, createSend, type Request, type Send } from './request.ts'
import { routes } from './routes.ts'
import { SleepwellError } from './sleepwell-error.ts'

export interface LiveOptions extends Pick<CallOptions, 'signal'> {
  readonly linkId?: string | undefined
  /** Id of the last event seen. */
  readonly since?: string | undefined
  /** Told when nothing will be missed any more, and when the stream was cut off or could not begin; if it throws, all ends. */
  readonly connected?: ((is: boolean, failure?: unknown) => void) | undefined
}

export interface Client extends Methods {
  /** Everything that a list has, page after page: `for await (const link of client.each('listLinks'))`. */
  readonly each: <Name extends PagedName>(
    name: Name,
    ...words: [...Arguments<Name>, options?: CallOptions]
  ) => AsyncGenerator<Item<Name>>
  /** Clicks as they are counted. Comes back by itself where it was cut off; ends by the signal, or by a refusal. */
  readonly live: (options?: LiveOptions) => AsyncGenerator<LiveEvent>
}

/**
 * Both APIs. Every failure is a `SleepwellError`; what may succeed on another try is tried again, with the same
 * Idempotency-Key if it changes something, and not before the server says.
 */
export function createClient(options: ClientOptions): Client {
  const send = createSend(options)
  const methods = Object.keys(routes).map(
    (name) => [name, (...words: unknown[]) => call(send, name as RouteName, words)] as const,
  )
  return {
    ...(Object.fromEntries(methods) as unknown as Methods),
    each: (name, ...words) => each(send, name, words) as AsyncGenerator<never>,
    live: (live = {}) => follow(send, options, live),
  }
}

async function call(send: Send, name: RouteName, words: readonly unknown[]): Promise<unknown> {
  const [api, method, pattern, payload, answer] = routes[name]
  const rest = [...words]
  const path = pattern.replaceAll(/\{\w+\}/gu, () => segmentOf(rest.shift()))
  const given = payload === '' ? undefined : rest.shift()
  const options = (rest.shift() ?? {}) as CallOptions
  const query = queryOf({ ...Object(payload === 'query' ? given : undefined), ...options.query })
  return send(
    {
      api,
      method,
      path: path + query,
      answer,
      body: payload === 'body' ? given : undefined,
      file: payload === 'file' ? (given as UploadedFile) : undefined,
    },
    options,
  )
}

/** Whatever fetches an URL takes `.`, `..` and nothing away, and would reach another route. */
function segmentOf(word: unknown): string {
  const text = String(word)
  if (/^\.{0,2}$/u.test(text))
    throw new SleepwellError('parameter_invalid', `nothing is called '${text}'`)
  return encodeURIComponent(text)
}

function queryOf(values: object): string {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(values))
    if (value !== undefined && value !== null) query.set(name, String(value))
  const text = query.toString()
  return text === '' ? '' : `?${text}`
}

async function* each(send: Send, name: RouteName, words: readonly unknown[]): AsyncGenerator {
  const [, , pattern] = routes[name]
  const place = (pattern.match(/\{/gu) ?? []).length
  const asked = [...words]
  for (;;) {
    const page = (await call(send, name, asked)) as { readonly nextCursor: string | null }
    yield* Object.values(page).find((value) => Array.isArray(value)) as unknown[]
    if (page.nextCursor === null) return
    asked[place] = { ...Object(words[place]), cursor: page.nextCursor }
  }
}

/** A stream that ends was cut off: by a proxy, a release, a network. */
async function* follow(
  send: Send,
  client: ClientOptions,
  { linkId, since, signal, connected }: LiveOptions,
): AsyncGenerator<LiveEvent> {
  const [api, method, path, , answer] = routes.followLive
  const signals = [client.signal, signal].flatMap((one) => one ?? [])
  let seen = since
  for (let failures = 0; ; failures++) {
    let failure: unknown
    let begun = false
    const request = {
      api,
      method,
      path: path + queryOf({ linkId }),
      answer,
      body: undefined,
      ...(seen !== undefined && { headers: { 'Last-Event-ID': seen } }),
    }
    for await (const event of eventsOf(send, request, signal, (error) => (failure = error))) {
      failures = 0
      seen = event.id === '' ? seen : event.id
      // Before it has said where it is, what is counted may be told to nobody.
      if (!begun) connected?.(true)
      begun = true
      if (event.event !== 'position') yield event
    }
    if (signals.some((one) => one.aborted)) return
    // A refusal stays one; what was cut off in the middle is no SleepwellError.
    if (
      failure instanceof SleepwellError &&
      pauseAfter(failure, failures, Math.random) === undefined
    )
      throw failure
    connected?.(false, failure)
    await pause(1000 * Math.min(2 ** failures, 30) * (0.5 + Math.random() / 2), signals).catch(
      () => {},
    )
    if (signals.some((one) => one.aborted)) return
  }
}

/** Of one connection. What its reader throws is not taken for a failure of it. */
async function* eventsOf(
  send: Send,
  request: Request,
  signal: AbortSignal | undefined,
  failed: (error: unknown) => void,
): AsyncGenerator<LiveEvent | Position> {
  const answer = await send(request, { signal }).catch((error: unknown) => {
    failed(error)
  })
  if (answer === undefined) return
  try {
    yield* readEvents((answer as Response).body as ReadableStream<Uint8Array>)
  } catch (error) {
    failed(error)
  }
}
