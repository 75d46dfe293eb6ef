import { globSync, readFileSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from '@jest/globals'
import { breakingStatements } from './breaking-statements.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))

/** Those up to here were made before anybody ran the release before. */
const first: Readonly<Record<string, string>> = {
  'services/link-write/migrations': '0007',
  'services/analytics/migrations': '0006',
}

test('no migration breaks the release before it', () => {
  const files = globSync('services/*/migrations/*.sql', { cwd: root })
  expect(files.length).toBeGreaterThan(10)
  const later = files.filter((file) => basename(file).slice(0, 4) > (first[dirname(file)] ?? ''))
  const found = later.flatMap((file) =>
    breakingStatements(readFileSync(root + file, 'utf8')).map(({ statement, why }) => {
      return `${file}: ${why}: ${statement}`
    }),
  )
  expect(found).toEqual([])
})

test.each([
  ['drop table links;', 'takes something away'],
  ['alter table links drop column title;', 'takes something away'],
  ['alter table links rename column title to name;', 'gives something another name'],
  ['alter table links alter column title type varchar(9);', 'changes the type of a column'],
  ['alter table links alter title set not null, add x int;', 'wants a value'],
  ['alter table links add column colour text not null;', 'does not fill'],
  ['alter table links\n  add a text default 1,\n  add b text not null;', 'does not fill'],
  ['alter table links add constraint short check (length(slug) < 9);', 'refuses'],
  ['revoke select on links from redirect;', 'takes a right away'],
])('%s', (sql, why) => {
  const found = breakingStatements(`create index on links (slug);\n${sql}\nselect 1;`)
  expect(found).toHaveLength(1)
  expect(found[0]?.why).toContain(why)
})

test.each([
  'create table colours (id uuid primary key, name text not null);',
  'alter table links add column colour text;',
  'alter table links add column colour text not null default 0;',
  'alter table links add constraint short check (length(slug) < 9) not valid;',
  'create or replace function f() returns int language sql as $$ drop table x; select 1 $$;',
  'drop index links_slug;',
  'revoke all on function f() from public;',
  '-- contract: nobody has read it since 1.4\nalter table links drop column title;',
  "insert into notes (text) values ('drop table; links');",
  'select 1; -- drop table links',
])('%s is harmless', (sql) => {
  expect(breakingStatements(sql)).toEqual([])
})
