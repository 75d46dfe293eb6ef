import { randomUUID } from 'node:crypto'
import { Redis } from 'ioredis'
import { engineUrl } from './engine.ts'

export interface TestRedis extends AsyncDisposable {
  readonly url: string
  /** With TLS, a user and a password; CA_FILE is `TEST_CA_FILE`. */
  readonly tlsUrl: string
  /** Of the keys that nobody else uses; they are deleted when disposed. */
  readonly prefix: string
}

/** A part of the Redis of this test run. */
export function openTestRedis(): TestRedis {
  const url = engineUrl('TEST_REDIS_URL')
  const prefix = `test-${randomUUID()}:`
  return {
    url,
    tlsUrl: engineUrl('TEST_REDIS_TLS_URL'),
    prefix,
    [Symbol.asyncDispose]: () => deleteKeys(url, prefix),
  }
}

async function deleteKeys(url: string, prefix: string): Promise<void> {
  const redis = new Redis(url)
  try {
    for await (const keys of redis.scanStream({ match: `${prefix}*`, count: 1000 })) {
      const found = keys as string[]
      if (found.length > 0) await redis.unlink(...found)
    }
  } finally {
    redis.disconnect()
  }
}
