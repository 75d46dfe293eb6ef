import type { Link } from '@sleepwell/contracts/link'
import { downloadBlob } from '../controls/download.ts'
import { QrCode, qrPng } from './qr-code.tsx'

const pixels = 1024

export function QrCard({ link }: { readonly link: Link }) {
  return (
    <div class="composer-aside">
      <QrCode text={link.shortLink} />
      <div class="row">
        <a
          class="button tiny"
          href={`/api/links/v1/links/${link.id}/qr?size=${pixels}`}
          download={`${link.slug}.svg`}
        >
          SVG
        </a>
        <button
          type="button"
          class="button tiny"
          onClick={() =>
            void qrPng(link.shortLink, pixels).then(
              (blob) => blob !== undefined && downloadBlob(`${link.slug}.png`, blob),
            )
          }
        >
          PNG
        </button>
      </div>
    </div>
  )
}
