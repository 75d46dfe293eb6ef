import { CircuitState, type CircuitBreakerPolicy } from 'cockatiel'

/** 0: asked. 1: tried. 2: spared, as it did not answer. */
export type Breaker = 0 | 1 | 2

export function breakerOf({ state }: Pick<CircuitBreakerPolicy, 'state'>): Breaker {
  switch (state) {
    case CircuitState.Closed:
      return 0
    case CircuitState.HalfOpen:
      return 1
    case CircuitState.Open:
    case CircuitState.Isolated:
      return 2
  }
}
