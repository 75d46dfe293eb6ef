// docs/kubernetes.md tells people what to type; what can be taken from there is not written a second time.
import { readFileSync } from 'node:fs'

const page = readFileSync(new URL('../../docs/kubernetes.md', import.meta.url), 'utf8')

/** The statements that make roles and databases, each with a password in place of its dots. */
export function sqlOfPage(password: string): string[] {
  const block = /```sql\n(?<sql>.*?)```/su.exec(page)?.groups?.sql ?? ''
  return block
    .split(';')
    .map((statement) => statement.trim().replaceAll("'…'", `'${password}'`))
    .filter((statement) => statement !== '')
}
