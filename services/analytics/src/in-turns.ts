import { setImmediate as turn } from 'node:timers/promises'

const piece = 1_000

/** Piece by piece; between two of them all else in the process has its turn. */
export async function* inTurns<T>(all: readonly T[]): AsyncGenerator<readonly T[]> {
  for (let i = 0; i < all.length; i += piece) {
    if (i > 0) await turn()
    yield all.slice(i, i + piece)
  }
}
