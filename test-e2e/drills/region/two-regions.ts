// Region A with the primary of the links, region B with a standby of it, and the name that leads visitors to both.
import { createServer, type Server } from 'node:http'
import { once } from 'node:events'
import { createLink } from '../../api.ts'
import { freeRow } from '../../ports.ts'
import type { Access } from '../../system.ts'
import { openNodeNetwork } from '../node-network.ts'
import { openRunDirectory } from '../run-directory.ts'
import { healthRole } from './links-front.ts'
import { openNames, type Names } from './names.ts'
import { prepareRegion, shareSecrets, type Region } from './region.ts'

export interface TwoRegions extends AsyncDisposable {
  readonly a: Region
  readonly b: Region
  readonly names: Names
  /** As people reach it: each call asks for the name. */
  readonly access: Access
  /** By the address of one region. */
  readonly accessAt: (region: Region) => Access
  readonly lastWords: () => string
}

/** Milder than in the other drills: two of everything run on this machine. */
const timeScale = 10

/** @param makeLinks in the database of the primary, before anybody visits */
export async function openTwoRegions(
  env: Readonly<Record<string, string>>,
  makeLinks: (region: Region) => Promise<void>,
): Promise<TwoRegions> {
  await using opening = new AsyncDisposableStack()
  const run = opening.use(openRunDirectory('regions'))
  const network = await openNodeNetwork(run, ['region-a', 'region-b'])
  const [placeA, placeB] = network.places
  if (placeA === undefined || placeB === undefined) throw new Error('there are no two places')
  const ports = await freeRow()
  const [linksPort, frontPort, namesPort, pagePort] = [1, 2, 3, 4].map((n) => ports + 4 + n) as [
    number,
    number,
    number,
    number,
  ]
  const logs = [placeA, placeB].map(({ host }) => `kafka://${host}:${ports + 4}`).join()
  const both = { CLICK_LOG_URLS: logs, ...env }
  const regionAt = (name: string, place: typeof placeA): Region =>
    opening.use(
      prepareRegion(run, {
        name,
        place,
        ports,
        linksPort,
        frontPort,
        env: both,
        all: () => [a.links, b.links],
        timeScale,
      }),
    )
  const a: Region = regionAt('region-a', placeA)
  const b: Region = regionAt('region-b', placeB)

  await a.links.make()
  await a.links.start()
  await a.links.query('postgres', 'select pg_promote()')
  await a.links.query('postgres', `create role ${healthRole} login`)
  await b.links.copy(a.links)
  await b.links.start(a.links)
  const { access: first } = await a.open()
  shareSecrets(a, b)
  await b.open()
  await makeLinks(a)

  const at = (host: string): Access => ({
    ...first,
    redirect: `http://${host}:${ports}`,
    linkWrite: `http://${host}:${ports + 1}`,
    analytics: `http://${host}:${ports + 2}`,
  })
  const page = opening.adopt(await openPage(network.host, pagePort), closePage)
  const health = await createLink(at(a.place.host), `http://${network.host}:${page.port}/`, {
    slug: 'is-the-region-up',
  })
  const names = opening.use(
    await openNames(run, {
      host: network.host,
      port: namesPort,
      regions: [a.place.host, b.place.host],
      servicePort: ports,
      slug: health.slug,
    }),
  )
  const open = opening.move()
  return {
    a,
    b,
    names,
    access: {
      ...first,
      get redirect() {
        return at(names.address()).redirect
      },
      get linkWrite() {
        return at(names.address()).linkWrite
      },
      get analytics() {
        return at(names.address()).analytics
      },
    },
    accessAt: ({ place }) => at(place.host),
    lastWords: () => run.open('names').lastWords(),
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  }
}

interface Page {
  readonly server: Server
  readonly port: number
}

/** Where the link leads by which regions are judged. */
async function openPage(host: string, port: number): Promise<Page> {
  const server = createServer((_, answer) => answer.end('up'))
  await once(server.listen(port, host), 'listening')
  return { server, port }
}

async function closePage({ server }: Page): Promise<void> {
  const closed = once(server.close(), 'close')
  server.closeAllConnections()
  await closed
}
