// Clicks that lie in Kafka and may not be counted yet: only the form of the system that has Kafka can count them.
import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Said before the first click goes to Kafka. */
export function noteUncounted(data: string): void {
  writeFileSync(fileIn(data), '')
}

/** Kafka was seen to hold nothing that analytics has not stored, after the last click had gone there. */
export function forgetUncounted(data: string): void {
  rmSync(fileIn(data), { force: true })
}

export function tellOfUncounted(data: string, say: (line: string) => void): void {
  if (!existsSync(fileIn(data))) return
  say(
    `Clicks may wait in Kafka that are not counted yet: npm run stack -- --data ${data} counts them, within seven days.`,
  )
}

function fileIn(data: string): string {
  return join(data, 'uncounted-in-kafka')
}
