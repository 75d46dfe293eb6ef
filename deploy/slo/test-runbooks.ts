import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

export const runbookDirectory = fileURLToPath(new URL('../../docs/runbooks/', import.meta.url))

export interface Runbook {
  /** Of its alert. */
  readonly name: string
  readonly text: string
}

export const runbooks: readonly Runbook[] = readdirSync(runbookDirectory)
  .filter((file) => file.endsWith('.md') && file !== 'README.md')
  .map((file) => ({
    name: file.replace(/\.md$/u, ''),
    text: readFileSync(runbookDirectory + file, 'utf8'),
  }))

/** What stands in blocks of a language. */
export function blocksIn({ text }: Runbook, language: 'promql' | 'sql' | 'sh'): string[] {
  const blocks = text.matchAll(new RegExp(`^ *\`\`\`${language}\\n(.*?)^ *\`\`\`$`, 'gmsu'))
  return [...blocks].map(([, inside = '']) => inside)
}

/** One a line. */
export function queriesIn(runbook: Runbook): string[] {
  return blocksIn(runbook, 'promql').flatMap((block) =>
    block
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== ''),
  )
}

/** With something in place of what is to be filled in. */
export function statementsIn(runbook: Runbook): string[] {
  return blocksIn(runbook, 'sql')
    .flatMap((block) => block.replaceAll(/--.*$/gmu, '').split(';'))
    .map((statement) => statement.trim())
    .filter((statement) => statement !== '')
    .map((statement) =>
      statement
        .replace('SPOOL', '00000000-0000-4000-8000-000000000000')
        .replaceAll(/\b(FROM|TO|PID)\b/gu, '1'),
    )
}
