// What is done to the system while visitors and programs come, and how many of them it costs.
import { type Figures, type Stage, expectThat, trafficOf } from './stage.ts'
import { type Count, type LoadName, loadNames } from './traffic.ts'

export type Counts = Readonly<Record<LoadName, Count>>

export async function underLoad(stage: Stage, act: () => Promise<void>): Promise<Counts> {
  const counted = await trafficOf(stage).watch()
  await act()
  return await counted()
}

/** What failed, of how many; empty if nothing did. */
export function failuresIn(counts: Counts): string[] {
  return loadNames
    .map((name) => [name, counts[name]] as const)
    .filter(([, { failed }]) => failed > 0)
    .map(([name, { failed, asked, failures }]) => {
      return `${failed} of ${asked} ${name} failed: ${JSON.stringify(failures)}`
    })
}

export function expectNoneFailed(counts: Counts): void {
  const failures = failuresIn(counts)
  expectThat(failures.length === 0, failures.join('; '))
  // Whoever asks nobody fails nobody.
  for (const name of loadNames) expectThat(counts[name].asked > 0, `there were no ${name}`)
}

export function figuresOf(counts: Counts): Figures {
  return Object.fromEntries(
    loadNames.flatMap((name) => [
      [`${name}Failed`, counts[name].failed],
      [`${name}Asked`, counts[name].asked],
    ]),
  )
}
