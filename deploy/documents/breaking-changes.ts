// What a client that worked yesterday would stumble over today, a sentence each.
import type { Answer, OpenApi, Operation, Parameter, Reference } from './open-api-document.ts'
import { narrowed, type Resolve, widened } from './compare-schemas.ts'

export function breakingChanges(before: OpenApi, after: OpenApi): string[] {
  const resolve = { before: resolverOf(before), after: resolverOf(after) }
  return Object.entries(before.paths).flatMap(([path, item]) =>
    Object.entries(item).flatMap(([method, old]) => {
      const route = `${method.toUpperCase()} ${path}`
      const now = after.paths[path]?.[method]
      if (now === undefined) return [`${route} is gone`]
      return compareOperations(old, now, resolve).map((what) => `${route}: ${what}`)
    }),
  )
}

interface Resolvers {
  readonly before: Resolve
  readonly after: Resolve
}

function compareOperations(old: Operation, now: Operation, resolve: Resolvers): string[] {
  return [
    ...compareScopes(old, now),
    ...compareParameters(old.parameters ?? [], now.parameters ?? [], resolve),
    ...compareBodies(old, now, resolve),
    ...Object.keys(old.responses)
      .filter((status) => Number(status) < 400)
      .flatMap((status) => compareAnswers(status, old, now, resolve)),
  ]
}

function compareScopes(old: Operation, now: Operation): string[] {
  const [was, is] = [old, now].map((one) => one.security.flatMap(Object.values).flat().join(', '))
  return was === is ? [] : [`it needs the scope ${is}, no longer ${was}`]
}

function compareParameters(
  old: readonly Parameter[],
  now: readonly Parameter[],
  resolve: Resolvers,
): string[] {
  const same = (a: Parameter) => (b: Parameter) => a.name === b.name && a.in === b.in
  const changed = old.flatMap((was) => {
    const is = now.find(same(was))
    const name = `the ${was.in} parameter ${was.name}`
    if (is === undefined) return [`${name} is gone`]
    return [
      ...(is.required && !was.required ? [`${name} is required now`] : []),
      ...narrowed(was.schema, is.schema, resolve, name),
    ]
  })
  const added = now.filter((is) => is.required && !old.some(same(is)))
  return [...changed, ...added.map((is) => `it requires a new ${is.in} parameter, ${is.name}`)]
}

function compareBodies(old: Operation, now: Operation, resolve: Resolvers): string[] {
  if (old.requestBody === undefined)
    return now.requestBody?.required === true ? ['it requires a body now'] : []
  return Object.entries(old.requestBody.content).flatMap(([mediaType, { schema }]) => {
    const is = now.requestBody?.content[mediaType]?.schema
    if (is === undefined) return [`it takes no ${mediaType} any more`]
    return narrowed(schema, is, resolve, 'the body')
  })
}

function compareAnswers(
  status: string,
  old: Operation,
  now: Operation,
  resolve: Resolvers,
): string[] {
  const was = answerOf(old.responses[status], resolve.before)
  const is = now.responses[status] && answerOf(now.responses[status], resolve.after)
  if (is === undefined) return [`it no longer answers ${status}`]
  const headers = Object.keys(was.headers ?? {}).filter((name) => !(name in (is.headers ?? {})))
  return [
    ...headers.map((name) => `the answer ${status} has no header ${name} any more`),
    ...Object.entries(was.content ?? {}).flatMap(([mediaType, { schema }]) => {
      const shown = is.content?.[mediaType]?.schema
      if (shown === undefined) return [`the answer ${status} is no ${mediaType} any more`]
      return widened(schema, shown, resolve, `the answer ${status}`)
    }),
  ]
}

function answerOf(answer: Answer | Reference | undefined, resolve: Resolve): Answer {
  return (answer !== undefined && '$ref' in answer ? resolve(answer.$ref) : answer) as Answer
}

function resolverOf(document: OpenApi): Resolve {
  return (ref) => {
    const path = ref.replace(/^#\//u, '').split('/')
    return path.reduce<unknown>((value, key) => (value as Record<string, unknown>)[key], document)
  }
}
