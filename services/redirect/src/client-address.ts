import type { IncomingMessage } from 'node:http'
import ipaddr from 'ipaddr.js'

export type ClientAddress = (req: IncomingMessage) => string

/**
 * The visitor's address: the right-most hop of `X-Forwarded-For` that is not a trusted proxy. What stands left of it
 * was written by the visitor. Without trusted proxies the header is not even read.
 *
 * @param trustedProxies CIDRs
 */
export function createClientAddress(trustedProxies: readonly string[]): ClientAddress {
  const ranges = trustedProxies.map((cidr) => ipaddr.parseCIDR(cidr))
  const trusted = (address: string): boolean => {
    const ip = ipaddr.process(address)
    return ranges.some((range) => ip.kind() === range[0].kind() && ip.match(range))
  }
  // Of a connection that stays open it is asked for each request, and is always the same.
  const peers = new WeakMap<object, string | undefined>()
  const peerOf = (socket: IncomingMessage['socket']) => {
    if (!peers.has(socket)) peers.set(socket, normal(socket.remoteAddress ?? ''))
    return peers.get(socket)
  }
  return (req) => {
    const peer = peerOf(req.socket)
    if (ranges.length === 0 || peer === undefined || !trusted(peer)) return peer ?? 'unknown'
    let client = peer
    const hops = String(req.headers['x-forwarded-for'] ?? '').split(',')
    for (const hop of hops.toReversed()) {
      const address = normal(hop.trim())
      // A proxy that we trust wrote no address here: nothing further left can be believed.
      if (address === undefined) return client
      client = address
      if (!trusted(address)) return client
    }
    return client
  }
}

/** One spelling for each address: IPv4 also when mapped into IPv6, no port, no zone. */
function normal(text: string): string | undefined {
  const bare = withoutPort(text)
  if (ipaddr.IPv4.isValidFourPartDecimal(bare)) return ipaddr.process(bare).toString()
  return ipaddr.IPv6.isValid(bare) ? ipaddr.process(bare.split('%')[0] ?? '').toString() : undefined
}

function withoutPort(text: string): string {
  const bracketed = /^\[([^\]]+)\](?::\d+)?$/u.exec(text)?.[1]
  if (bracketed !== undefined) return bracketed
  return /^(\d+\.\d+\.\d+\.\d+):\d+$/u.exec(text)?.[1] ?? text
}
