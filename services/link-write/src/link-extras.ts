// What the newest migration adds, as pieces of statements: where nobody asks for it, a link is written on the schema before too.
import type { LinkChanges } from './link-table.ts'
import type { LinkRules } from './link-rules.ts'

interface Piece {
  /** Of the statement that has it: each is prepared under a name of its own. */
  readonly suffix: string
  readonly values: readonly unknown[]
}

export interface LinkExtras extends Pick<
  LinkRules,
  'expiredDestination' | 'forwardPath' | 'noindex' | 'preview'
> {
  readonly externalId: string | null
  readonly notes: string | null
  readonly archived: boolean
}

/** Columns of an insert and their values, the first of which is `$first`. */
export function insertedExtras(
  link: LinkExtras,
  first: number,
): Piece & { readonly columns: string; readonly places: string } {
  const { expiredDestination, forwardPath, noindex, preview, externalId, notes, archived } = link
  const values = [expiredDestination, forwardPath, noindex, preview, externalId, notes, archived]
  if (values.every((value) => value === null || value === false))
    return { suffix: '', columns: '', places: '', values: [] }
  return {
    suffix: '_with_extras',
    columns: ', expired_destination, forward_path, noindex, preview, external_id, notes, archived',
    places: values.map((_value, n) => `, $${first + n}`).join(''),
    values,
  }
}

/** What an update sets besides, its first value being `$first`. */
export function changedExtras(
  changes: LinkChanges,
  first: number,
): Piece & { readonly sets: string } {
  const { expiredDestination, forwardPath, noindex, preview, slug, withoutAlias } = changes
  const { externalId, notes, archived } = changes
  const rules = [expiredDestination, forwardPath, noindex, preview]
  const named = [...rules, slug, withoutAlias, externalId, notes, archived]
  if (named.every((value) => value === undefined)) return { suffix: '', sets: '', values: [] }
  const at = (n: number) => `$${first + n}`
  return {
    suffix: '_with_extras',
    sets: `
      expired_destination = case when ${at(0)} then ${at(1)} else expired_destination end,
      forward_path = coalesce(${at(2)}, forward_path),
      noindex = coalesce(${at(3)}, noindex),
      preview = case when ${at(4)} then ${at(5)} else preview end,
      slug = coalesce(${at(6)}, slug),
      aliases = case when ${at(6)} <> slug then array_append(array_remove(aliases, ${at(6)}), slug)
        else array_remove(aliases, ${at(7)}) end,
      external_id = case when ${at(8)} then ${at(9)} else external_id end,
      notes = case when ${at(10)} then ${at(11)} else notes end,
      archived = coalesce(${at(12)}, archived),`,
    values: [
      expiredDestination !== undefined,
      expiredDestination ?? null,
      forwardPath ?? null,
      noindex ?? null,
      preview !== undefined,
      preview ?? null,
      slug ?? null,
      withoutAlias ?? null,
      externalId !== undefined,
      externalId ?? null,
      notes !== undefined,
      notes ?? null,
      archived ?? null,
    ],
  }
}
