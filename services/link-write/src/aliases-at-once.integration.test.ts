// Many who change, make and delete links that want the same slugs.
import { expect, test } from '@jest/globals'
import { openSlugs } from './test-aliases.ts'

test('of many that want one slug at once, by creating and by changing, one gets it', async () => {
  await using acme = await openSlugs()
  const links = await Promise.all(Array.from({ length: 8 }, (_, n) => acme.made(`link-${n}`)))
  const answers = await Promise.all([
    ...links.map(({ id }) => acme.patch(id, { slug: 'wanted' })),
    ...Array.from({ length: 8 }, () => acme.create('wanted')),
  ])
  const won = answers.filter(({ status }) => status < 300)
  expect(won).toHaveLength(1)
  expect(answers.filter(({ body }) => body.code === 'slug_taken')).toHaveLength(15)
  const { rows } = await acme.postgres.query(
    `select from links where slug = 'wanted' and deleted_at is null`,
  )
  expect(rows).toHaveLength(1)
})

test('slug changes, edits, deletions and creations at once leave no slug without a link, and no link without its slugs', async () => {
  await using acme = await openSlugs()
  const links = await Promise.all([0, 1, 2].map((n) => acme.made(`s${n}`)))
  const slugs = Array.from({ length: 6 }, (_, n) => `s${n}`)
  const some = <T>(all: readonly T[]) => all[Math.floor(Math.random() * all.length)] as T
  const act = async (n: number) => {
    const { id } = some(links)
    const kind = n % 5
    const { status } =
      kind === 0
        ? await acme.giveUp(id, some(slugs))
        : kind === 1
          ? await acme.patch(id, { title: `title ${n}` })
          : kind === 2 && n > 100
            ? await acme.remove(id)
            : kind === 3
              ? await acme.create(some(slugs))
              : await acme.patch(id, { slug: some(slugs) })
    expect([200, 201, 204, 404, 409]).toContain(status)
  }
  for (let n = 0; n < 150; n += 10)
    await Promise.all(Array.from({ length: 10 }, (_, i) => act(n + i)))
  const { rows } = await acme.postgres.query(
    `select link.id, link.slug, link.aliases,
       array(select slug from links where alias_of = link.id
         and deleted_at is not distinct from link.deleted_at) as rows
     from links link where alias_of is null`,
  )
  for (const { aliases, rows: there } of rows) expect(there.toSorted()).toEqual(aliases.toSorted())
  const lost = await acme.postgres.query(
    `select from links alias join links link on link.id = alias.alias_of
     where alias.deleted_at is null
       and (link.deleted_at is not null or not alias.slug = any(link.aliases))`,
  )
  expect(lost.rowCount).toBe(0)
  // The feed's last word on each slug is what became of it.
  const wrong = await acme.postgres.query(
    `select slug from (
       select distinct on (slug) slug, deleted, position from link_changes order by slug, position desc
     ) said
     where not exists (
       select from links where links.slug = said.slug and links.position = said.position
         and (links.deleted_at is not null) = said.deleted)`,
  )
  expect(wrong.rows).toEqual([])
})
