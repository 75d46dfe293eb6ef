import { expect, test } from '@jest/globals'
import { Click } from '@sleepwell/contracts/click'
import fc from 'fast-check'
import { encodeClick } from './encode-click.ts'

const text = fc.string({ unit: 'binary', maxLength: 20 }).filter((it) => it.isWellFormed())
const optional = <T>(of: fc.Arbitrary<T>) => fc.option(of, { nil: undefined })

const clicks: fc.Arbitrary<Click> = fc
  .record({
    type: fc.constant('click' as const),
    id: fc.uuid({ version: 7 }),
    spool: fc.uuid({ version: 7 }),
    seq: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
    linkId: fc.uuid(),
    ownerId: text,
    at: fc.date({ noInvalidDate: true, min: new Date(0) }).map((at) => at.toISOString()),
    policyVersion: fc.nat(),
    bot: fc.boolean(),
    visitor: optional(fc.base64String({ maxLength: 22 })),
    country: text,
    device: fc.constantFrom(...Click.shape.device.options),
    browser: text,
    os: text,
    referrerHost: optional(text),
    utm: optional(fc.record({ source: text, campaign: text })),
  })
  // As it is in the process: a member that is absent is not there.
  .map((click) => JSON.parse(JSON.stringify(click)) as Click)

test('whatever a click holds, it reads as JSON.stringify would have written it', () => {
  fc.assert(
    fc.property(clicks, (click) => {
      expect(JSON.parse(encoded(click))).toEqual(click)
    }),
  )
})

test('no member of a click is forgotten', () => {
  const all = Object.keys(Click.shape)
  const click = Object.fromEntries(all.map((name) => [name, name])) as unknown as Click
  expect(
    Object.keys(JSON.parse(encoded({ ...click, seq: 1, policyVersion: 1, bot: true }))),
  ).toEqual(expect.arrayContaining(all))
})

function encoded({ spool, seq, at, ...draft }: Click): string {
  return encodeClick(
    { visitor: undefined, referrerHost: undefined, utm: undefined, ...draft },
    spool,
    seq,
    at,
  )
}
