// What the tables of routes mean to a client. Only types: nothing of contracts is in what runs.
import type { analyticsRoutes } from '@sleepwell/contracts/analytics-routes'
import type { linkWriteRoutes } from '@sleepwell/contracts/link-write-routes'

type Table = typeof linkWriteRoutes & typeof analyticsRoutes

export type RouteName = keyof Table

interface Zod<In, Out> {
  readonly _zod: { readonly input: In; readonly output: Out }
}
type InputOf<Schema> = Schema extends Zod<infer In, unknown> ? In : never
type OutputOf<Schema> = Schema extends Zod<unknown, infer Out> ? Out : never

/** One argument for each parameter in braces. */
type PathArguments<Path> = Path extends `${string}{${string}}${infer Rest}`
  ? [id: string, ...PathArguments<Rest>]
  : []

/** As text, or as what the text stands for. */
type QueryOf<Schema> = {
  readonly [Key in keyof InputOf<Schema>]:
    | InputOf<Schema>[Key]
    | (Key extends keyof OutputOf<Schema> ? OutputOf<Schema>[Key] : never)
}

/** Its content is sent again where an attempt fails, so it is no stream. */
export interface UploadedFile<Type extends string = string> {
  readonly type: Type
  readonly content: string | Uint8Array<ArrayBuffer> | Blob
}

type Payload<Route> = Route extends { readonly upload: readonly (infer Type extends string)[] }
  ? [file: UploadedFile<Type>]
  : BodyOrQuery<Route>

type BodyOrQuery<Route> = Route extends { readonly body: infer Schema }
  ? Route extends { readonly mayLackBody: true }
    ? [body?: InputOf<Schema>]
    : [body: InputOf<Schema>]
  : Route extends { readonly query: infer Schema }
    ? Partial<QueryOf<Schema>> extends QueryOf<Schema>
      ? [query?: QueryOf<Schema>]
      : [query: QueryOf<Schema>]
    : []

type GoodAnswers<Route> = Route extends { readonly answers: infer Answers }
  ? { [Status in keyof Answers]: AnswerOf<Answers[Status]> }[keyof Answers]
  : never

/** JSON as what it is; another type as the answer itself, to be read as it comes. */
type AnswerOf<One> = One extends { readonly mediaType: unknown }
  ? Response
  : One extends { readonly schema: infer Schema }
    ? OutputOf<Schema>
    : undefined

/** A 304 is answered only to If-None-Match, which the client does not send. */
type ResultOf<Route> = Route extends { readonly method: 'GET' }
  ? Exclude<GoodAnswers<Route>, undefined>
  : GoodAnswers<Route>

export type Arguments<Name extends RouteName> = [
  ...PathArguments<Table[Name]['path']>,
  ...Payload<Table[Name]>,
]

export type Result<Name extends RouteName> = ResultOf<Table[Name]>

export interface CallOptions {
  readonly signal?: AbortSignal | undefined
  /** Of one attempt: ten seconds if absent, but a file that is sent takes as long as it takes. */
  readonly timeoutMs?: number | undefined
  /** Attempts after the first: four if absent, none of a file. */
  readonly retries?: number | undefined
  /** Made at random if absent; the same for each attempt. */
  readonly idempotencyKey?: string | undefined
  /** The version, or what was read, that is to be changed; `'*'`: whichever it is. */
  readonly ifMatch?: number | '*' | { readonly version: number } | undefined
  /** Parameters of a route that has a body too. */
  readonly query?: Readonly<Record<string, unknown>> | undefined
  /** Sees each answer, such as for its headers, before it is read. */
  readonly answered?: ((answer: Response) => void) | undefined
}

/** A method for each route, by its name: `findLink(id)`, `updateLink(id, changes, { ifMatch })`. */
export type Methods = {
  readonly [Name in Exclude<RouteName, 'followLive'>]: (
    ...words: [...Arguments<Name>, options?: CallOptions]
  ) => Promise<Result<Name>>
}

/** Routes that answer in pages. */
export type PagedName = {
  [Name in RouteName]: Result<Name> extends { readonly nextCursor: string | null } ? Name : never
}[RouteName]

type ItemsOf<Page> = {
  [Key in keyof Page]: Page[Key] extends readonly (infer Item)[] ? Item : never
}[keyof Page]
export type Item<Name extends PagedName> = ItemsOf<Result<Name>>
