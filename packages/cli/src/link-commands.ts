import { Command } from 'commander'
import { renderUnicodeCompact } from 'uqr'
import { contextOf, columnsOf, type World } from './context.ts'
import { findLink, type Link } from './find-link.ts'
import { givenBy, optionOf } from './field-values.ts'
import { linkChangeFields, newLinkFields } from './link-fields.ts'
import type { Format } from './output.ts'
import { UsageError } from './exit-code.ts'

type Changes = Parameters<ReturnType<typeof contextOf>['client']['updateLink']>[1]

export const linkColumns = columnsOf<Link>(
  'id',
  'slug',
  'shortLink',
  'destination',
  'title',
  'tags',
)

export function shortenCommand(world: World): Command {
  const command = new Command('shorten')
    .description('create a link, and print only the short link')
    .argument('<url>', 'where it leads')
    .option('--qr', 'its QR code too, for the terminal')
  for (const field of newLinkFields)
    if (field[0] !== 'destination') command.addOption(optionOf(field))
  return command.action(async (destination: string, flags: Flags) => {
    const { client, format, one, out, err } = contextOf(command, world)
    const { qr, ...rest } = own(command, flags)
    const link = await client.createLink({ ...rest, destination })
    if (format === 'json') one(link)
    else out(`${link.shortLink}\n`)
    // Standard output stays what a script reads.
    if (qr === true) err(qrOf(link.shortLink))
  })
}

interface Flags {
  readonly output?: Format
  readonly qr?: boolean
}

export function linksCommand(world: World): Command {
  const links = new Command('links').description('list, show, change and delete links')
  const list = links
    .command('list')
    .description('newest first')
    .option('--limit <number>', 'how many at most', '20')
    .option('--all', 'all of them')
    .option('--search <text>', 'part of slug, destination, title, tag or externalId')
    .option('--tag <tags>', 'that have all of these, with commas between them')
    .option('--archived', 'archived ones')
    .option('--deleted', 'deleted ones, which can be restored')
    .action(async ({ limit, all, search, tag, archived, deleted }: ListFlags) => {
      const context = contextOf(list, world)
      const most = all === true ? Number.POSITIVE_INFINITY : countOf(limit)
      const found: Link[] = []
      const query = {
        limit: Math.min(100, most),
        search,
        tag,
        archived: archived === true ? 'true' : 'false',
        deleted: deleted === true ? 'true' : 'false',
      } as const
      for await (const link of context.client.each('listLinks', query)) {
        if (found.length >= most) break
        found.push(link)
      }
      context.list(found, linkColumns)
    })
  const show = links
    .command('show')
    .description('all of a link')
    .argument('<link>', 'its id, slug or short link')
    .option('--qr', 'its QR code too, for the terminal')
    .action(async (reference: string, { qr }: Flags) => {
      const { client, one, err } = contextOf(show, world)
      const link = await findLink(client, reference)
      one(link)
      if (qr === true) err(qrOf(link.shortLink))
    })
  const edit = links
    .command('edit')
    .description('change a link, if it is still as it was read')
    .argument('<link>', 'its id, slug or short link')
  for (const field of linkChangeFields) edit.addOption(optionOf(field))
  edit.action(async (reference: string, flags: Flags) => {
    const { client, one } = contextOf(edit, world)
    const changes = own(edit, flags)
    if (Object.keys(changes).length === 0) throw new UsageError('Name something to change.')
    const link = await findLink(client, reference)
    one(await client.updateLink(link.id, changes as Changes, { ifMatch: link }))
  })
  const remove = links
    .command('rm')
    .description('delete links')
    .argument('<link...>', 'ids, slugs or short links')
    .action(async (references: string[]) => {
      const { client } = contextOf(remove, world)
      for (const reference of references) {
        const link = await findLink(client, reference)
        await client.deleteLink(link.id, { ifMatch: link })
      }
    })
  const restore = links
    .command('restore')
    .description('bring deleted links back')
    .argument('<id...>')
    .action(async (ids: string[]) => {
      const { client } = contextOf(restore, world)
      for (const id of ids) await client.restoreLink(id)
    })
  return links
}

interface ListFlags {
  readonly limit: string
  readonly all?: boolean
  readonly search?: string
  readonly tag?: string
  readonly archived?: boolean
  readonly deleted?: boolean
}

/** Without those of the whole program. */
function own(command: Command, flags: object): Record<string, unknown> & Flags {
  const names = new Set(command.options.map((option) => option.attributeName()))
  return givenBy(Object.fromEntries(Object.entries(flags).filter(([name]) => names.has(name))))
}

export function countOf(text: string): number {
  if (!/^[1-9]\d{0,6}$/u.test(text)) throw new UsageError(`not a number of things: ${text}`)
  return Number(text)
}

function qrOf(text: string): string {
  return `${renderUnicodeCompact(text)}\n`
}
