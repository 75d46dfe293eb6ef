// `node src/measure-cache.ts LINKS`: fills the cache of a process that does nothing else, and prints as JSON how many bytes
// of memory a link takes.
import { setTimeout as sleep } from 'node:timers/promises'
import { createLinkCache } from './link-cache.ts'
import { linkKey } from './recent-changes.ts'

const links = Number(process.argv[2])
/** For the collector to take back what filling left behind, as it does in a process that goes on. */
const restMs = 10_000

const before = process.memoryUsage.rss()
const cache = createLinkCache(256 * 1024 * 1024)
for (let n = 0; n < links; n++) {
  cache.put(linkKey('@', n.toString(36).padStart(7, '0')), {
    epoch: 1,
    checkedAt: performance.now(),
    link: {
      id: `01a2136a-9913-75f0-afa3-${n.toString(16).padStart(12, '0')}`,
      ownerId: 'marketing',
      destination: `https://www.example.com/articles/2026/11/${n.toString().padStart(8, '0')}`,
      startsAt: null,
      expiresAt: null,
      limited: false,
      forwardQuery: false,
      status: 302,
      cacheSeconds: 0,
      expiredDestination: null,
      forwardPath: false,
      noindex: false,
      preview: null,
      blocked: false,
      deleted: false,
      position: 2 ** 40 + n,
    },
  })
}
await sleep(restMs)
if (cache.size() !== links) throw new Error(`only ${cache.size()} of ${links} links are held`)
const bytes = process.memoryUsage.rss() - before
process.stdout.write(`${JSON.stringify({ links, bytesPerLink: Math.round(bytes / links) })}\n`)
