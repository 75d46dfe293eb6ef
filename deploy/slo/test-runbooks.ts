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
