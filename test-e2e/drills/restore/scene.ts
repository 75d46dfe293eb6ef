import type { System } from '../../system.ts'
import type { Writers } from '../writers.ts'
import type { BackedUpPostgres } from './backed-up-postgres.ts'

/** Where both disasters take place. */
export interface Scene {
  readonly postgres: BackedUpPostgres
  readonly system: System
  /** Begins to write links of this prefix. */
  readonly write: (prefix: string) => Writers
  readonly say: (line: string) => void
  /** Rejects when somebody wants to end it. */
  readonly pass: (ms: number) => Promise<void>
  /** Keeps a figure; its name says the unit. */
  readonly note: (figure: string, value: number) => void
}
