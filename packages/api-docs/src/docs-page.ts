/** As far as it is not the default: nothing is asked of anybody else, nothing is kept in the browser. */
const configuration = {
  withDefaultFonts: false,
  telemetry: false,
  persistAuth: false,
  showDeveloperTools: 'never',
  hideClientButton: true,
  agent: { disabled: true, hideAddApi: true },
  mcp: { disabled: true },
  defaultHttpClient: { targetKey: 'shell', clientKey: 'curl' },
}

export function docsPage(title: string): string {
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <link rel="icon" href="data:," />
    <title>${escaped(title)}</title>
  </head>
  <body>
    <script id="api-reference" data-url="openapi.json" data-configuration="${escaped(JSON.stringify(configuration))}"></script>
    <script src="docs/scalar.js"></script>
    <noscript>This page needs JavaScript; <a href="openapi.json">the document</a> does not.</noscript>
  </body>
</html>
`
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')
}
