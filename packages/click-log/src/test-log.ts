// For tests: a click log as its users open it.
import type { ClickLog, ConsumeOptions } from './click-log.ts'
import { type Diary, until } from './log-diary.ts'

export interface LogUnderTest extends AsyncDisposable {
  /** A log as a process that publishes opens it. */
  readonly publisher: () => ClickLog
  /** A log as a process that consumes opens it. */
  readonly consumer: () => ClickLog
  /** Ends every connection that consumers have, from the other side. */
  readonly cut: () => Promise<void>
}

export async function readAll(log: LogUnderTest, diary: Diary, count: number): Promise<void> {
  const options: ConsumeOptions = diary.options
  await using _consumer = log.consumer().consume(options)
  await until(() => diary.texts().length >= count)
}

export function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}
