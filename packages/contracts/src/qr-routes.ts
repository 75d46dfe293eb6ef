import { z } from 'zod'
import type { Routes } from './route.ts'

/** Of a whole number in a query. */
const number = (least: number, most: number, byDefault: number) =>
  z
    .string()
    .regex(/^\d{1,4}$/u)
    .default(String(byDefault))
    .transform(Number)
    .pipe(z.int().min(least).max(most))

export const QrParameters = z.strictObject({
  size: number(32, 4096, 256).describe('Width and height of the picture, in pixels'),
  margin: number(0, 16, 4).describe('Quiet zone around it, in modules; readers want 4'),
  level: z
    .enum(['L', 'M', 'Q', 'H'])
    .default('M')
    .describe('How much of it may be damaged: 7, 15, 25 or 30 %'),
})
export type QrParameters = z.output<typeof QrParameters>

export const qrRoutes = {
  drawQrCode: {
    method: 'GET',
    path: '/v1/links/{id}/qr',
    summary: 'Draw the QR code of a link, as SVG',
    scope: 'links:read',
    query: QrParameters,
    headers: ['If-None-Match'],
    answers: {
      200: {
        description: 'The picture of its short link',
        schema: z.string(),
        mediaType: 'image/svg+xml',
        headers: ['ETag'],
      },
      304: { description: 'It is as you have it', headers: ['ETag'] },
    },
    problems: ['link_not_found'],
  },
} as const satisfies Routes
