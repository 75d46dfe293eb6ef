import scalar from '@scalar/fastify-api-reference'

/** What the plugin asks of its host. */
interface Host {
  readonly initialConfig: object
  readonly hasPlugin: () => boolean
  readonly route: (route: { readonly url: string; readonly handler: Handler }) => void
}
type Handler = (request: undefined, reply: Reply) => string
interface Reply {
  readonly header: () => Reply
  readonly send: (body: string) => string
}

/**
 * The script that shows a document. Of the packages that have it this is the smallest by far, but it hands the script
 * out only as a route of Fastify: so its routes are looked at as a Fastify would.
 */
export function scalarScript(): string {
  const routes = new Map<string, Handler>()
  const host: Host = {
    initialConfig: {},
    hasPlugin: () => false,
    route: ({ url, handler }) => void routes.set(url, handler),
  }
  const register = scalar as unknown as (host: Host, options: object, done: () => void) => void
  register(host, { routePrefix: '', configuration: { url: '/openapi.json' } }, () => {})
  const reply: Reply = { header: () => reply, send: (body) => body }
  const script = routes.get('/js/scalar.js')?.(undefined, reply)
  if (script === undefined) throw new Error('this version of Scalar has its script elsewhere')
  return script
}
