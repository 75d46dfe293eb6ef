import { useQuery } from '@tanstack/preact-query'
import { QrCode } from '../link/qr-code.tsx'
import { api } from '../session/session.ts'

interface PreviewProps {
  readonly domain: string
  readonly slug: string
  /** Of the link that is edited. */
  readonly shortLink: string | undefined
}

export function QrPreview({ domain, slug, shortLink }: PreviewProps) {
  const known = useOrigin(domain, shortLink === undefined)
  const origin = shortLink === undefined ? known : originOf(shortLink)
  if (slug === '' || origin === undefined)
    return (
      <p class="hint">
        {slug === ''
          ? 'The QR code is drawn once the link has a slug: choose one, or see the page of the link.'
          : 'The page of the link has its QR code: how short links of this domain begin is told by links alone, and it has none yet.'}
      </p>
    )
  const text = `${origin}/${slug}`
  return (
    <>
      <QrCode text={text} />
      <p class="hint mono">{text}</p>
    </>
  )
}

/** Scheme and port are told by no route but by short links of the domain. */
function useOrigin(domain: string, isAsked: boolean): string | undefined {
  const { data } = useQuery({
    queryKey: ['origin', domain],
    queryFn: async ({ signal }) => {
      const { links } = await api.listLinks({ domain, archived: 'all', limit: 1 }, { signal })
      return links[0]?.shortLink ?? null
    },
    enabled: isAsked && domain !== '',
    staleTime: 600_000,
  })
  return data === null || data === undefined ? undefined : originOf(data)
}

function originOf(shortLink: string): string {
  return new URL(shortLink).origin
}
