// A process that takes and leaves locks at its parent's word, and can be killed with them.
import { lockDirectory } from './directory-lock.ts'

const held = new Map<string, AsyncDisposable>()

process.on('message', async ({ take, leave }: { take?: string; leave?: string }) => {
  if (take !== undefined) {
    const lock = await lockDirectory(take)
    if (lock !== 'in use') held.set(take, lock)
    process.send?.(lock === 'in use' ? lock : 'held')
  }
  if (leave !== undefined) {
    await held.get(leave)?.[Symbol.asyncDispose]()
    process.send?.('left')
  }
})
