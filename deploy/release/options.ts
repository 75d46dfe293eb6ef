import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { CannotStart } from '@sleepwell/deploy-local/cannot-start'
import { readWords } from '@sleepwell/deploy-local/words'
import type { Kind } from './record.ts'

export const usage = `npm run release -- --dir DIR|--image IMAGE [--inventory FILE]
npm run release -- --recover [--inventory FILE]
  --dir DIR         a checkout of the new release, with what it needs installed, where the servers find it
  --image IMAGE     the same as an image
  --inventory FILE  the servers and how they are told (release.json)
  --recover         undo a release that was cut short, and do nothing else
  --time-scale N    shorten the five minutes to an Nth, for drills
It ends with 0 when every server runs the new release, 1 when the old one serves on, 2 when it was called wrongly, and 3
when a person has to mend something. docs/releases.md`

export interface Options {
  readonly inventory: string
  readonly timeScale: number
  /** Undefined: only to recover. */
  readonly release: { readonly kind: Kind; readonly name: string } | undefined
}

/** @throws {CannotStart} with exit code 2; `'help'` was asked for */
export function readOptions(words: readonly string[]): Options | 'help' {
  const values = parse(words)
  if (values.help) return 'help'
  const timeScale = Number(values['time-scale'])
  if (!(timeScale >= 1 && timeScale <= 100))
    throw wrong('--time-scale takes a number from 1 to 100.')
  const { dir, image, recover } = values
  if ([dir, image, recover || undefined].filter((one) => one !== undefined).length !== 1)
    throw wrong('Say one of --dir, --image and --recover.')
  const common = { inventory: resolve(values.inventory), timeScale }
  if (image !== undefined) return { ...common, release: { kind: 'image', name: image } }
  if (dir !== undefined) return { ...common, release: { kind: 'dir', name: directory(dir) } }
  return { ...common, release: undefined }
}

/** Of another machine it can be absolute only. */
function directory(given: string): string {
  const path = resolve(given)
  if (existsSync(path) || given.startsWith('/')) return path
  throw wrong(`There is no ${path}. Of other machines say an absolute path.`)
}

function parse(words: readonly string[]) {
  const options = {
    dir: { type: 'string' },
    image: { type: 'string' },
    recover: { type: 'boolean', default: false },
    inventory: { type: 'string', default: 'release.json' },
    'time-scale': { type: 'string', default: '1' },
    help: { type: 'boolean', short: 'h', default: false },
  } as const
  return readWords({ args: [...words], options }, `\n${usage}`).values
}

function wrong(sentence: string): CannotStart {
  return new CannotStart(`${sentence}\n${usage}`, 2)
}
