import { analyticsRoutes } from '@sleepwell/contracts/analytics-routes'
import { linkWriteRoutes } from '@sleepwell/contracts/link-write-routes'
import type { Route, Routes } from '@sleepwell/contracts/route'

const tables = { links: linkWriteRoutes, reports: analyticsRoutes }

/** `packages/client/src/routes.ts`: of the tables what a client needs when it runs. */
export function clientRoutes(): string {
  const lines = Object.entries<Routes>(tables).flatMap(([api, routes]) =>
    Object.entries(routes).map(([name, route]) => {
      const words = [api, route.method, route.path, payloadOf(route), answerOf(route)].map(
        (word) => `'${word}'`,
      )
      return `  ${name}: [${words.join(', ')}],`
    }),
  )
  return `// Written by \`npm run generate\` out of the tables of routes: API, method, path, what goes along, and what
// comes back: JSON where nothing is said.

export const routes = {
${lines.join('\n')}
} as const
`
}

/** Types of media with spaces between them; `none`: there is no body. */
function answerOf({ answers }: Route): string {
  const [good] = Object.entries(answers).flatMap(([status, answer]) =>
    Number(status) < 300 ? answer : [],
  )
  if (good?.schema === undefined) return 'none'
  return [good.mediaType ?? []].flat().join(' ')
}

function payloadOf({ body, query, upload }: Route): 'file' | 'body' | 'query' | '' {
  if (upload !== undefined) return 'file'
  if (body !== undefined) return 'body'
  return query === undefined ? '' : 'query'
}
