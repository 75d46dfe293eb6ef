import type { Answer, OpenApi, Operation, Reference } from './open-api-document.ts'

/** The same document with what stands in it twice in one place, and without components that nobody refers to. */
export function share(document: OpenApi): OpenApi {
  const responses: Record<string, Answer> = {}
  const names = new Map<string, string>()
  for (const [text, status] of repeated(document)) {
    const name = nameOf(JSON.parse(text) as Answer, status, responses)
    names.set(text, name)
    responses[name] = JSON.parse(text) as Answer
  }
  const shorter = (answer: Answer | Reference): Answer | Reference => {
    const name = names.get(JSON.stringify(answer))
    return name === undefined ? answer : { $ref: `#/components/responses/${name}` }
  }
  const paths = mapValues(document.paths, (item) =>
    mapValues(item, (operation) => ({
      ...operation,
      responses: mapValues(operation.responses, shorter),
    })),
  )
  return prune({ ...document, paths, components: { ...document.components, responses } })
}

function operationsOf(document: OpenApi): Operation[] {
  return Object.values(document.paths).flatMap((item) => Object.values(item))
}

/** Answers that more than one route has, as text, with their status. */
function repeated(document: OpenApi): ReadonlyMap<string, string> {
  const seen = new Set<string>()
  const twice = new Map<string, string>()
  for (const { responses } of operationsOf(document))
    for (const [status, answer] of Object.entries(responses)) {
      const text = JSON.stringify(answer)
      if (seen.has(text)) twice.set(text, status)
      seen.add(text)
    }
  return twice
}

/** After its only problem, otherwise after its status. */
function nameOf(answer: Answer, status: string, taken: Record<string, Answer>): string {
  const codes = Object.keys(answer.content?.['application/problem+json']?.examples ?? {})
  const [only] = codes
  const base = codes.length === 1 && only !== undefined ? only : `status_${status}`
  for (let n = 1; ; n++) {
    const name = n === 1 ? base : `${base}_${n}`
    if (!(name in taken)) return name
  }
}

function prune(document: OpenApi): OpenApi {
  const wanted = new Set<string>()
  const visit = (value: unknown): void => {
    for (const [, path] of JSON.stringify(value).matchAll(/"\$ref":"#\/components\/([^"]+)"/gu)) {
      if (path === undefined || wanted.has(path)) continue
      wanted.add(path)
      const found = at(path.split('/'), document.components)
      if (found === undefined) throw new Error(`no component is called ${path}`)
      visit(found)
    }
  }
  visit(document.paths)
  const only = <One>(kind: string, all: Readonly<Record<string, One>>) =>
    Object.fromEntries(Object.entries(all).filter(([name]) => wanted.has(`${kind}/${name}`)))
  const { schemas, responses, headers, examples, securitySchemes } = document.components
  return {
    ...document,
    components: {
      schemas: only('schemas', schemas),
      responses: only('responses', responses),
      headers: only('headers', headers),
      examples: only('examples', examples),
      securitySchemes,
    },
  }
}

function mapValues<One, Other>(
  record: Readonly<Record<string, One>>,
  change: (one: One) => Other,
): Record<string, Other> {
  return Object.fromEntries(Object.entries(record).map(([key, one]) => [key, change(one)]))
}

function at(path: readonly string[], value: unknown): unknown {
  return path.reduce((one, key) => (one as Record<string, unknown> | undefined)?.[key], value)
}
