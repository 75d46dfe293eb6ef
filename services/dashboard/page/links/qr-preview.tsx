import { QrCode } from '../link/qr-code.tsx'

interface PreviewProps {
  /** How short links of the domain begin, once that is known. */
  readonly origin: string | undefined
  /** Empty: there is none yet that a link could have. */
  readonly slug: string
}

export function QrPreview({ origin, slug }: PreviewProps) {
  if (slug === '' || origin === undefined)
    return (
      <p class="hint">
        The QR code is drawn once the link has a slug: choose one, or see the page of the link.
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
