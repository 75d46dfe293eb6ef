// A first look is part of `npm test`; the rest takes minutes of a browser, and runs in `npm run test:browser`.
import { test as jestTest } from '@jest/globals'

export const test: typeof jestTest.skip =
  process.env.SLEEPWELL_BROWSER === 'full' ? jestTest : jestTest.skip
