import { expectAllCounted } from '../books.ts'
import type { Proof } from '../stage.ts'

export const counted: Proof = {
  name: 'all-counted',
  promise: 'every visitor who was led on, whatever happened meanwhile, is counted once',
  run: expectAllCounted,
}
