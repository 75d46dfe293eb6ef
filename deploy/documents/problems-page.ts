import { type ProblemCode, problem, problems } from '@sleepwell/contracts/problem'
import { markdownTable } from '@sleepwell/deploy-slo/markdown-table'

/** `docs/problems.md`. */
export function problemsPage(): string {
  const rows = Object.entries(problems).map(([code, [status, title]]) => [
    `\`${code}\``,
    String(status),
    title,
  ])
  const example = problem('slug_taken' satisfies ProblemCode, { requestId: '…' })
  return `# Problems

Written by \`npm run generate\` out of the catalogue (\`packages/contracts/src/problem.ts\`).

Every refusal is a problem document (\`application/problem+json\`, RFC 9457):

\`\`\`json
${JSON.stringify(example, undefined, 2)}
\`\`\`

\`code\` is stable; switch on it. \`detail\` explains a particular case. \`errors\` lists what is wrong with a body or a query, each with a \`pointer\` (a JSON Pointer into the body, or the
name of a parameter) and a \`message\`. A 429 or 503 carries \`Retry-After\` in seconds.

${markdownTable(['Code', 'Status', 'Meaning'], rows)}
`
}
