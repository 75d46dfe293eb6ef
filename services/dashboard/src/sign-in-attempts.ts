import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'

/** A person mistypes; a key cannot be guessed, and each try is a question to link-write. */
const perMinute = 20

/** Seconds until the address may try again; 0: it may. Counted in this process alone. */
export function createAttempts(): (address: string) => Promise<number> {
  const limiter = new RateLimiterMemory({ points: perMinute, duration: 60 })
  return async (address) => {
    try {
      await limiter.consume(address)
      return 0
    } catch (refusal) {
      if (!(refusal instanceof RateLimiterRes)) throw refusal
      return Math.max(1, Math.ceil(refusal.msBeforeNext / 1000))
    }
  }
}
