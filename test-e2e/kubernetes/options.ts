import { isIPv4 } from 'node:net'
import { CannotStart } from '@sleepwell/deploy-local/cannot-start'
import { readWords } from '@sleepwell/deploy-local/words'
import { proofs } from './catalogue.ts'
import type { Proof } from './stage.ts'

export interface Options {
  /** What the names of all images begin with. */
  readonly images: string
  /** Of this machine, as pods reach it. */
  readonly enginesHost: string
  readonly pods: number
  readonly visitsPerSecond: number
  readonly proofs: readonly Proof[]
  /** For figures. */
  readonly json?: string
}

export const usage = `KUBECONFIG=FILE npm run test:kubernetes -- --images PREFIX --engines-host ADDRESS [--pods N] [--visits N] [--only NAMES] [--json FILE]
  --images PREFIX  of images in the cluster: PREFIXredirect, PREFIXlink-write, PREFIXanalytics and PREFIXdashboard, each with the tags good and
                   next, and PREFIXredirect with failing, slow and crashing
  --engines-host ADDRESS  of this machine, as pods reach it: Postgres, Redis, Kafka and Prometheus are started there
  --pods N         of redirect, while there is a canary (20)
  --visits N       a second (50); programs and people at the dashboard come in proportion
  --only NAMES     some of the proofs, separated by commas, and what each needs
  --json FILE      write the figures there
  --list           say what is proved`

export function readOptions(words: readonly string[]): Options | 'help' | 'list' {
  const { values } = parse(words)
  if (values.help) return 'help'
  if (values.list) return 'list'
  const { images, 'engines-host': enginesHost, json } = values
  if (images === undefined) throw new CannotStart('--images says which images are tested.', 2)
  if (enginesHost === undefined || !isIPv4(enginesHost))
    throw new CannotStart('--engines-host takes an IPv4 address of this machine.', 2)
  return {
    images,
    enginesHost,
    pods: countFrom(values.pods, '--pods'),
    visitsPerSecond: countFrom(values.visits, '--visits'),
    proofs: chosen(values.only),
    ...(json !== undefined && { json }),
  }
}

function parse(words: readonly string[]) {
  const options = {
    images: { type: 'string' },
    'engines-host': { type: 'string' },
    pods: { type: 'string', default: '20' },
    visits: { type: 'string', default: '50' },
    only: { type: 'string' },
    json: { type: 'string' },
    list: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  } as const
  return readWords({ args: [...words], options }, `\n${usage}`)
}

function countFrom(text: string, option: string): number {
  const count = Number(text)
  if (!Number.isInteger(count) || count < 1) throw new CannotStart(`${option} takes a number.`, 2)
  return count
}

/** With those that they stand on. */
function chosen(names: string | undefined): Proof[] {
  if (names === undefined) return [...proofs]
  const wanted = names.split(',')
  const unknown = wanted.filter((name) => !proofs.some((proof) => proof.name === name))
  if (unknown.length > 0) throw new CannotStart(`There is no proof ${unknown.join(', ')}.`, 2)
  const last = proofs.findLastIndex(({ name }) => wanted.includes(name))
  return proofs.filter(
    ({ name, foundation }, i) => wanted.includes(name) || (foundation === true && i < last),
  )
}
