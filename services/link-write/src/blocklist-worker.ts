// A thread of its own: two million entries take seconds, in which requests go on.
import { parentPort, workerData } from 'node:worker_threads'
import { readBlocklist } from './read-blocklist.ts'

const { file, maxEntries } = workerData as { file: string; maxEntries: number }
const read = await readBlocklist(file, maxEntries)
parentPort?.postMessage(read, 'table' in read ? [read.table.buffer] : [])
