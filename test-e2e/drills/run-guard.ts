// Outlives whoever started it, however that ends, and leaves nothing of it behind.
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { killAllIn } from './processes-in.ts'

const [directory = ''] = process.argv.slice(2)
process.stdin.resume()
await once(process.stdin, 'close')
await killAllIn(directory)
rmSync(directory, { recursive: true, force: true })
