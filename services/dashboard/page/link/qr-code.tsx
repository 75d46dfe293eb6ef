import { encode } from 'uqr'
import { useMemo } from 'preact/hooks'

const quietZone = 4

/** Black on white in both themes: readers want that. */
export function QrCode({ text }: { readonly text: string }) {
  const { path, size } = useMemo(() => drawQr(text), [text])
  return (
    <svg class="qr" viewBox={`0 0 ${size} ${size}`} role="img" aria-label={`QR code of ${text}`}>
      <path d={path} fill="#000" shape-rendering="crispEdges" />
    </svg>
  )
}

export function drawQr(text: string): { readonly path: string; readonly size: number } {
  const { data, size } = encode(text, { ecc: 'M', border: quietZone })
  const path = data
    .flatMap((row, y) => row.map((dark, x) => (dark ? `M${x},${y}h1v1h-1z` : '')))
    .join('')
  return { path, size }
}

/** The same as pixels. */
export async function qrPng(text: string, pixels: number): Promise<Blob | undefined> {
  const { data, size } = encode(text, { ecc: 'M', border: quietZone })
  const scale = Math.max(1, Math.floor(pixels / size))
  const canvas = document.createElement('canvas')
  canvas.width = size * scale
  canvas.height = size * scale
  const context = canvas.getContext('2d')
  if (context === null) return undefined
  context.fillStyle = '#fff'
  context.fillRect(0, 0, canvas.width, canvas.height)
  context.fillStyle = '#000'
  data.forEach((row, y) =>
    row.forEach((dark, x) => {
      if (dark) context.fillRect(x * scale, y * scale, scale, scale)
    }),
  )
  return await new Promise((resolve) =>
    canvas.toBlob((blob) => resolve(blob ?? undefined), 'image/png'),
  )
}
