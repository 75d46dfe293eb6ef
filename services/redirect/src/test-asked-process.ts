// For tests: a process that is asked some 300 times a second, and has hardly anything to do. Until its stdin ends; then it prints the
// highest level that it had, and how long requests stood at most.
import { openOverload } from './overload.ts'

using overload = openOverload()
let [level, standingMs] = [0, 0]
const asking = setInterval(() => {
  level = Math.max(level, overload.level())
  standingMs = Math.max(standingMs, overload.standingMs())
}, 3)
process.stdout.write('asked\n')
await new Promise((resolve) => process.stdin.resume().once('end', resolve))
clearInterval(asking)
process.stdout.write(`${JSON.stringify({ level, standingMs })}\n`)
