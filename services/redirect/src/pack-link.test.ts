import { expect, test } from '@jest/globals'
import { RedirectStatus } from '@sleepwell/contracts/link'
import fc from 'fast-check'
import { packLink, unpackLink, type PackedLink } from './pack-link.ts'

const time = fc.option(fc.integer({ min: 0, max: 8.64e15 }))
const whole = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER })
const text = fc.string({ unit: 'binary', maxLength: 60 }).filter((it) => it.isWellFormed())
const anyText = fc.string({ unit: 'binary', maxLength: 500 })

const remembered: fc.Arbitrary<PackedLink> = fc.record(
  {
    epoch: fc.option(fc.nat(), { nil: undefined }),
    outdated: fc.constant(true as const),
    checkedAt: whole,
    link: fc.record({
      id: fc.uuid(),
      ownerId: text,
      destination: fc.webUrl({ withQueryParameters: true, withFragments: true }),
      startsAt: time,
      expiresAt: time,
      limited: fc.boolean(),
      forwardQuery: fc.boolean(),
      status: fc.constantFrom(...RedirectStatus.values),
      cacheSeconds: fc.nat({ max: 86_400 }),
      expiredDestination: fc.option(fc.webUrl()),
      forwardPath: fc.boolean(),
      noindex: fc.boolean(),
      preview: fc.option(
        fc.record({
          title: fc.option(anyText),
          description: fc.option(anyText),
          image: fc.option(fc.webUrl()),
        }),
      ),
      blocked: fc.boolean(),
      deleted: fc.boolean(),
      position: whole,
    }),
  },
  { requiredKeys: ['epoch', 'checkedAt', 'link'] },
)

test('what comes out is what went in', () => {
  fc.assert(
    fc.property(remembered, (link) => {
      const bytes = packLink(link)
      expect(bytes && unpackLink(Buffer.from(bytes))).toEqual(link)
    }),
  )
})

test('what would come out otherwise is not packed', () => {
  fc.assert(
    fc.property(remembered, fc.string({ maxLength: 40 }), (base, id) => {
      const bytes = packLink({ ...base, link: { ...base.link, id } })
      if (bytes !== undefined) expect(unpackLink(Buffer.from(bytes)).link.id).toBe(id)
    }),
  )
})
