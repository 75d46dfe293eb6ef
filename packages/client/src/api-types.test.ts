// Checked by the compiler; when it runs it only shows that there is something to check.
import { expect, test } from '@jest/globals'
import type { BulkResult } from '@sleepwell/contracts/bulk'
import type { Job } from '@sleepwell/contracts/job'
import type { Key } from '@sleepwell/contracts/key'
import type { Link } from '@sleepwell/contracts/link'
import type { ClickReport } from '@sleepwell/contracts/report'
import type { Client } from './client.ts'

async function checked(client: Client): Promise<void> {
  const link: Link = await client.createLink({ destination: 'https://example.com/' })
  const report: ClickReport = await client.reportClicks()
  const csv: Response = await client.exportClicks({ linkId: link.id })
  const job: Job = await client.createJob({ type: 'text/csv', content: 'destination' })
  const file: Response = await client.exportLinks({ format: 'ndjson' })
  const { results }: BulkResult = await client.createLinks({ links: [{ destination: 'x' }] })
  // @ts-expect-error it takes no such file
  await client.createJob({ type: 'text/html', content: '' })
  const gone: undefined = await client.deleteLink(link.id)
  for await (const each of client.each('listLinks', { limit: 100 })) each satisfies Link
  for await (const each of client.each('listKeys')) each satisfies Key
  await client.rotateKey(link.id)
  await client.rotateKey(link.id, { overlapSeconds: 1 }, { ifMatch: 1 })
  // @ts-expect-error a link has a destination
  await client.createLink({ slug: 'a' })
  // @ts-expect-error there is no such field
  await client.updateLink(link.id, { destinatoin: 'https://example.com/' })
  // @ts-expect-error which one
  await client.findLink()
  // @ts-expect-error there is no such group
  await client.reportClicks({ groupBy: 'week' })
  // @ts-expect-error it is no list
  client.each('findLink', link.id)
  void [report, csv, gone, job, file, results]
}

test('what the tables say is what a caller may say', () => {
  expect(checked).toBeInstanceOf(Function)
})
