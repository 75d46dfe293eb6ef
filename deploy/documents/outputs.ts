import { apis } from './apis.ts'
import { clientRoutes } from './client-routes.ts'
import { configurationPage, readSettings } from './configuration-page.ts'
import { linkFields } from './link-fields.ts'
import { namedSchemas } from './named-schemas.ts'
import { openApi } from './open-api.ts'
import type { OpenApi } from './open-api-document.ts'
import { problemsPage } from './problems-page.ts'

/** Where the document of each API is kept: its service serves it from there. */
export async function documents(): Promise<ReadonlyMap<string, OpenApi>> {
  const names = await namedSchemas()
  return new Map(
    Object.entries(apis).map(
      ([service, api]) => [`services/${service}/openapi.json`, openApi(api, names)] as const,
    ),
  )
}

/** What is generated: paths from the root of the repository, and contents. */
export async function outputs(): Promise<ReadonlyMap<string, string>> {
  const found = await documents()
  return new Map([
    ...[...found].map(([path, document]) => [path, json(document)] as const),
    ['packages/client/src/routes.ts', clientRoutes()],
    ['packages/cli/src/link-fields.ts', linkFields()],
    ['docs/problems.md', problemsPage()],
    ['docs/configuration.md', configurationPage(readSettings())],
  ])
}

function json(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`
}
