// Links from before there was anything to search: upkeep makes them ready.
import { expect, test } from '@jest/globals'
import { openTestPostgres } from './test-postgres.ts'
import { fillSearchTexts } from './upkeep-table.ts'

test('upkeep fills in what older links are searched by, and then has nothing to do', async () => {
  await using database = await openTestPostgres()
  const { postgres, asOwner } = database
  await asOwner(`
    insert into links (id, owner_id, domain, slug, destination, title, deleted_at)
    select gen_random_uuid(), 'acme', '@', 's' || n, 'https://example.com/', 'Title',
      case when n = 1 then now() end
    from generate_series(1, 25) n;
    alter table links disable trigger links_search_text;
    update links set search_text = null;
    alter table links enable trigger links_search_text`)
  const before = await postgres.query(
    'select id, version, updated_at, position from links order by id',
  )
  expect(await fillSearchTexts(postgres, 10)).toBe(10)
  expect(await fillSearchTexts(postgres, 10)).toBe(10)
  expect(await fillSearchTexts(postgres, 10)).toBe(5)
  expect(await fillSearchTexts(postgres, 10)).toBe(0)
  const { rows } = await postgres.query(
    `select count(*) from links where search_text like 's%title%'`,
  )
  expect(rows).toEqual([{ count: 25 }])
  const after = await postgres.query(
    'select id, version, updated_at, position from links order by id',
  )
  expect(after.rows).toEqual(before.rows)
})
