import type { Link } from '@sleepwell/contracts/link'
import type { ComponentChildren } from 'preact'
import { CopyButton } from '../controls/copy-button.tsx'
import { showMoment } from '../report/format.ts'
import { showCount } from '../report/format.ts'
import { browserTimezone } from '../report/timezone.ts'
import { dayAt } from '../report/zoned-days.ts'
import { LinkState } from '../links/link-state.tsx'
import { TagLink } from '../links/tag-link.tsx'
import { webHref } from './web-href.ts'

export function LinkFacts({ link }: { readonly link: Link }) {
  const moment = (at: string) =>
    showMoment(at, browserTimezone, dayAt(Date.parse(at), browserTimezone))
  const destination = webHref(link.destination)
  const facts: readonly (readonly [string, ComponentChildren])[] = [
    [
      'Leads to',
      destination === undefined ? (
        link.destination
      ) : (
        <a href={destination} target="_blank" rel="noopener noreferrer">
          {link.destination}
        </a>
      ),
    ],
    ['Title', link.title],
    ['Notes', link.notes],
    [
      'Tags',
      link.tags.length === 0
        ? null
        : link.tags.map((tag) => (
            <TagLink key={tag} tag={tag} href={`/links?tag=${encodeURIComponent(tag)}`} />
          )),
    ],
    ['Former slugs', link.aliases.join(', ') || null],
    ['External id', link.externalId],
    ['Leads from', link.startsAt === null ? null : moment(link.startsAt)],
    ['Expires', link.expiresAt === null ? null : moment(link.expiresAt)],
    ['Most clicks', link.maxClicks === null ? null : showCount(link.maxClicks)],
    ['Afterwards', link.expiredDestination],
    ['Redirect', sayRedirect(link)],
    ['Created', moment(link.createdAt)],
    ['Edited', link.version === 1 ? null : `${moment(link.updatedAt)}, version ${link.version}`],
  ]
  return (
    <div class="stack">
      <div class="row">
        <div class="row together">
          <strong class="short-link">{link.shortLink}</strong>
          <CopyButton text={link.shortLink} what={link.shortLink} />
        </div>
        <LinkState link={link} />
      </div>
      <dl class="facts">
        {facts
          .filter(([, value]) => value !== null && value !== '')
          .map(([name, value]) => (
            <>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </>
          ))}
      </dl>
    </div>
  )
}

function sayRedirect(link: Link): string {
  return [
    String(link.redirectStatus),
    link.cacheSeconds > 0 ? `kept for ${link.cacheSeconds} s` : '',
    link.forwardQuery ? 'with parameters' : '',
    link.forwardPath ? 'with path' : '',
    link.noindex ? 'not for search engines' : '',
  ]
    .filter((part) => part !== '')
    .join(', ')
}
