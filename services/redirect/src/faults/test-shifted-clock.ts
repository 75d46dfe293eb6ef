// For tests, as a preload: the clock of this process jumps. `?shift=FILE` holds by how many milliseconds it is wrong, and is
// read again at each SIGUSR2. Timers, which run by the monotonic clock, are left alone, as by a real jump.
import { readFileSync } from 'node:fs'

const file = new URL(import.meta.url).searchParams.get('shift')

if (file !== null) {
  const TrueDate = Date
  let shiftMs = 0
  process.on('SIGUSR2', () => {
    shiftMs = Number(readFileSync(file, 'utf8'))
  })
  const shifted = () => TrueDate.now() + shiftMs
  globalThis.Date = new Proxy(TrueDate, {
    construct: (target, words) =>
      Reflect.construct(target, words.length === 0 ? [shifted()] : words),
    get: (target, name) => (name === 'now' ? shifted : Reflect.get(target, name)),
  })
}
