import { isIP } from 'node:net'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { CannotStart } from './cannot-start.ts'
import { readWords } from './words.ts'

export interface Options {
  /** Everything that a start leaves behind lies in it. */
  readonly data: string
  /** First of the row of ports. */
  readonly ports: number
  /** Begin without the data of earlier starts. */
  readonly fresh: boolean
  /** Start a service anew when its source changes. */
  readonly watch: boolean
  /** With links and clicks of a month that never was. */
  readonly demo: boolean
  /** By so much all durations of alerts and SLOs are shortened, for drills. */
  readonly timeScale: number
  /** Where the services and Kafka can be reached from other machines; from this one alone if absent. */
  readonly host?: string
  /** Of Kafka: one, or a cluster in which each click has three copies. */
  readonly kafkaBrokers: 1 | 3
  /** Names a file with the URLs of a Postgres that is there already. */
  readonly postgresFile?: string
  /** The same, of the links database alone: the other one is made here. */
  readonly linksFile?: string
}

/** What is run, as people type it, and the folder below .data that it uses unless told otherwise. */
export interface Command {
  readonly typed: 'npm start' | 'npm run stack'
  readonly folder: 'start' | 'stack'
}

export const usageOf = ({
  typed,
  folder,
}: Command) => `${typed} -- [--data DIR] [--ports N] [--fresh] [--demo] [--watch] [--time-scale N]
  --data DIR   where everything is kept (.data/${folder})
  --ports N    first of four ports, admin ports are 1000 higher (8080)
  --fresh      forget the data of earlier starts
  --demo       fill it with links and a month of clicks, to look around
  --watch      start a service anew when its source changes
  --time-scale N  shorten every duration of alerts and SLOs by N, to see them work (stack only; 1)
  --kafka-brokers N  1 or 3; with 3 each click has three copies (stack only; 1)
  --postgres FILE  use a Postgres that is there: FILE holds its superuser's URL without a database, and below
                   it those of its replicas, nearest first (stack only)
  --links FILE     the same for the links database alone, which another region may share (stack only)
  --host ADDRESS   let other machines reach the services and, four ports above the first, Kafka at this
                   address of ours (stack only)`

const root = fileURLToPath(new URL('../../', import.meta.url))
// The last of the row, plus 1000 for its admin port, must still be one.
const highestFirstPort = 65_535 - 1000 - 3
/** Shorter, and a rule would look at less than it is told between two scrapes. */
const maxTimeScale = 60

/** What `npm start` has nothing for. */
const ofStack = ['time-scale', 'kafka-brokers', 'postgres', 'links', 'host'] as const

export function readOptions(words: readonly string[], command: Command): Options | 'help' {
  const { values } = parse(words, command)
  if (values.help) return 'help'
  const foreign = ofStack.find((name) => command.folder !== 'stack' && values[name] !== undefined)
  if (foreign !== undefined) throw new CannotStart(`--${foreign} is for npm run stack.`, 2)
  const ports = Number(values.ports)
  if (!/^\d+$/u.test(values.ports) || ports < 1 || ports > highestFirstPort)
    throw new CannotStart(`--ports takes a number from 1 to ${highestFirstPort}.`, 2)
  const scale = values['time-scale'] ?? '1'
  const timeScale = Number(scale)
  if (!/^\d+$/u.test(scale) || timeScale < 1 || timeScale > maxTimeScale)
    throw new CannotStart(`--time-scale takes a number from 1 to ${maxTimeScale}.`, 2)
  const brokers = values['kafka-brokers'] ?? '1'
  if (brokers !== '1' && brokers !== '3') throw new CannotStart('--kafka-brokers takes 1 or 3.', 2)
  if (values.postgres !== undefined && values.links !== undefined)
    throw new CannotStart('--postgres and --links exclude each other.', 2)
  if (values.host !== undefined && !isIP(values.host))
    throw new CannotStart('--host takes an IP address.', 2)
  if (values.data === '') throw new CannotStart('--data takes a directory.', 2)
  return {
    data: values.data === undefined ? `${root}.data/${command.folder}` : resolve(values.data),
    ports,
    fresh: values.fresh,
    demo: values.demo,
    watch: values.watch,
    timeScale,
    kafkaBrokers: brokers === '1' ? 1 : 3,
    ...(values.host !== undefined && { host: values.host }),
    ...(values.postgres !== undefined && { postgresFile: resolve(values.postgres) }),
    ...(values.links !== undefined && { linksFile: resolve(values.links) }),
  }
}

function parse(words: readonly string[], { typed }: Command) {
  const options = {
    data: { type: 'string' },
    ports: { type: 'string', default: '8080' },
    fresh: { type: 'boolean', default: false },
    demo: { type: 'boolean', default: false },
    watch: { type: 'boolean', default: false },
    'time-scale': { type: 'string' },
    'kafka-brokers': { type: 'string' },
    postgres: { type: 'string' },
    links: { type: 'string' },
    host: { type: 'string' },
    help: { type: 'boolean', short: 'h', default: false },
  } as const
  return readWords({ args: [...words], options }, `; see ${typed} -- --help.`)
}
