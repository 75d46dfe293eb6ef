import type { IncomingMessage } from 'node:http'
import type { Click } from '@sleepwell/contracts/click'
import Bowser from 'bowser'
import { isbot } from 'isbot'
import { LRUCache } from 'lru-cache'
import { isKnownProgram } from './known-programs.ts'
import { isSocialCrawler } from './social-crawlers.ts'

export interface Agent {
  readonly bot: boolean
  /** It asks for what a social network shows of a link. */
  readonly previews: boolean
  readonly device: Click['device']
  readonly browser: string
  readonly os: string
}

// Parsing costs 7 us, and few agents make most of the traffic.
const known = new LRUCache<string, Agent>({ max: 5_000 })

const browsers = new Set(Object.values(Bowser.BROWSER_MAP))
const systems = new Set(Object.values(Bowser.OS_MAP))

/** Longer ones are not told apart; what real agents send is far below. */
const maxUserAgentLength = 512

/** What a user agent says of itself. The string itself goes no further. */
export function classifyAgent(userAgent: string): Agent {
  const text = shortened(userAgent)
  let agent = known.get(text)
  if (agent === undefined) {
    agent = parse(text)
    known.set(text, agent)
  }
  return agent
}

// A slice would keep the whole header in memory for as long as it is known.
function shortened(userAgent: string): string {
  if (userAgent.length <= maxUserAgentLength) return userAgent
  return Buffer.from(userAgent.slice(0, maxUserAgentLength)).toString()
}

function parse(userAgent: string): Agent {
  // Every browser sends one.
  if (userAgent === '')
    return { bot: true, previews: false, device: 'unknown', browser: 'unknown', os: 'unknown' }
  const previews = isSocialCrawler(userAgent)
  const bot = previews || isbot(userAgent) || isKnownProgram(userAgent)
  const { browser, os, platform } = Bowser.parse(userAgent)
  return {
    bot,
    previews,
    device: bot ? 'bot' : deviceOf(platform.type),
    browser: listed(browser.name, browsers),
    os: listed(os.name, systems),
  }
}

function deviceOf(type: string | undefined): Agent['device'] {
  switch (type) {
    case 'desktop':
    case 'mobile':
    case 'tablet':
    case 'tv':
      return type
    default:
      return 'unknown'
  }
}

// For an agent that it does not know, Bowser gives back a piece of the string itself.
function listed(name: string | undefined, names: ReadonlySet<string>): string {
  return name !== undefined && names.has(name) ? name : 'unknown'
}

/** Of the Fetch standard, of Chrome before it, of Safari, of Firefox before it. */
const purposes = ['sec-purpose', 'purpose', 'x-purpose', 'x-moz']

/** Asked for ahead of a person's decision, or without wanting the page: never a person. */
export function isPrefetch(req: IncomingMessage): boolean {
  if (req.method === 'HEAD') return true
  return purposes.some((name) => {
    const purpose = req.headers[name]
    return typeof purpose === 'string' && /prefetch|prerender|preview/iu.test(purpose)
  })
}

export function asksNotToBeFollowed(req: IncomingMessage): boolean {
  return req.headers['sec-gpc'] === '1' || req.headers.dnt === '1'
}
