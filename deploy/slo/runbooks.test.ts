import { existsSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { alertGroups, sloGroups } from './rules.ts'
import { unreportedIn } from './test-metric-names.ts'
import { queriesIn, runbookDirectory, runbooks } from './test-runbooks.ts'

const root = join(runbookDirectory, '../..')
const rules = [...alertGroups(), ...sloGroups()].flatMap((group) => group.rules)
const alerts = rules.filter((rule) => 'alert' in rule)

test('every alert has a runbook, and every runbook an alert', () => {
  const named = alerts.map(({ annotations }) => annotations.runbook ?? 'none')
  const written = runbooks.map(({ name }) => `docs/runbooks/${name}.md`)
  expect(written.toSorted()).toEqual([...new Set<string>(named)].toSorted())
})

test.each(runbooks.map((runbook) => [runbook.name, runbook] as const))(
  '%s says whom its alert wakes, and answers the five questions in order',
  (name, { text }) => {
    const severities = alerts
      .filter(({ alert }) => alert === name)
      .map(({ labels }) => labels.severity)
    expect(text.split('\n').slice(0, 3)).toEqual([
      expect.stringMatching(/^# \S/u),
      '',
      `\`${name}\` (${severities.join(' and ')})`,
    ])
    const headings = [...text.matchAll(/^\*\*([^*]+?)\.?\*\*/gmu)].map(([, heading]) => heading)
    expect(headings).toEqual([
      expect.stringMatching(
        /^What (a visitor|a user of the API|a reader of reports|anybody) notices$/u,
      ),
      'What the system has already done',
      'Look',
      'Do',
      'It is over when',
    ])
    const [before = '', after = ''] = text.split('**It is over when**')
    expect(before).toContain('```promql')
    expect(after).toContain('```promql')
  },
)

test('no query asks for a number, or a label, that nobody reports', () => {
  const queries = runbooks.flatMap(queriesIn)
  expect(queries.length).toBeGreaterThan(100)
  expect(queries.flatMap(unreportedIn)).toEqual([])
})

const source = globSync('{services,packages}/*/src/**/*.ts', {
  cwd: root,
  exclude: (path) => path.includes('.test.'),
})
  .map((file) => readFileSync(join(root, file), 'utf8'))
  .join('\n')

test('a log line that a runbook quotes is one that a process writes', () => {
  const quoted = runbooks.flatMap(({ text }) =>
    [...text.matchAll(/`(?!npm run)([a-z]+(?:[,;]? [a-z]+)+)`/gu)].map(([, line = '']) => line),
  )
  expect(quoted.length).toBeGreaterThan(20)
  expect(quoted.filter((line) => !source.includes(`'${line}'`))).toEqual([])
})

test('a setting that a runbook names is one that a process reads', () => {
  const foreign = ['NODE_OPTIONS']
  const named = runbooks.flatMap(({ text }) => text.match(/\b[A-Z]+(?:_[A-Z]+)+\b/gu) ?? [])
  expect(named.length).toBeGreaterThan(20)
  expect(named.filter((name) => !source.includes(name) && !foreign.includes(name))).toEqual([])
})

test('a link leads somewhere', () => {
  for (const page of globSync('docs/{*,runbooks/*}.md', { cwd: root })) {
    const text = readFileSync(join(root, page), 'utf8')
    const links = [...text.matchAll(/\]\(([^)#:\s]+)(#[^)\s]*)?\)/gu)].map(
      ([, path = '', place]) => ({
        path: join(root, page, '..', path),
        place,
      }),
    )
    const broken = links.filter(
      ({ path, place }) =>
        !existsSync(path) || (place !== undefined && !headingsOf(path).has(place)),
    )
    expect({ page, broken }).toEqual({ page, broken: [] })
  }
})

/** As GitHub names them. */
function headingsOf(path: string): Set<string> {
  const headings = readFileSync(path, 'utf8').matchAll(/^#+ (.*)$/gmu)
  return new Set(
    [...headings].map(
      ([, text = '']) =>
        `#${text
          .toLowerCase()
          .replaceAll(/[^\w\- ]/gu, '')
          .replaceAll(' ', '-')}`,
    ),
  )
}
