import { expect, test } from '@jest/globals'
import { encode } from 'uqr'
import request from 'supertest'
import { qrCode } from './qr-code.ts'
import { appWith, Authorization, expectProblem, path } from './test-app.ts'

const asked = { size: 300, margin: 2, level: 'Q' } as const

test('the picture has every black module, and nothing else', () => {
  const text = 'https://go.example.com/spring'
  const svg = qrCode(text, asked)
  const { data } = encode(text, { ecc: 'Q', border: 2 })
  const drawn = data.map((row) => row.map(() => false))
  for (const [, x, y, length] of svg.matchAll(/M(\d+) (\d+)h(\d+)v1/gu))
    for (let i = 0; i < Number(length); i++) (drawn[Number(y)] ?? [])[Number(x) + i] = true
  expect(drawn).toEqual(data)
  expect(svg).toContain(`width="300" height="300" viewBox="0 0 ${data.length} ${data.length}"`)
})

test('what protects more takes more room', () => {
  const sides = (['L', 'M', 'Q', 'H'] as const).map((level) =>
    Number(
      /viewBox="0 0 (\d+)/u.exec(
        qrCode('https://go.example.com/a-long-slug-of-a-link', { ...asked, level }),
      )?.[1],
    ),
  )
  expect(sides[3]).toBeGreaterThan(sides[0] ?? 0)
})

test.each(['size=31', 'size=4097', 'size=2e2', 'margin=17', 'level=q'])(
  '%s is refused',
  async (query) => {
    const response = await request(appWith()).get(`${path}/qr?${query}`).set({ Authorization })
    expectProblem(response, 'parameter_invalid')
  },
)

test('of a link that is not there, there is no picture', async () => {
  expectProblem(await request(appWith()).get(`${path}/qr`).set({ Authorization }), 'link_not_found')
})
