import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { AxeResults, RunOptions } from 'axe-core'
import type { Page } from 'playwright-core'

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** WCAG 2.2 AA, and what axe's makers call best practice. */
const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

/** What axe finds wrong with the page as it is now: rule, and where. */
export async function violationsIn(page: Page): Promise<string[]> {
  // By the debugger, which asks no policy.
  await page.evaluate(source)
  const { violations } = await page.evaluate(run, tags)
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map(
      ({ target, failureSummary }) => `${id} (${help}) at ${target.join(' ')}: ${failureSummary}`,
    ),
  )
}

/** Runs in the page. */
function run(values: string[]): Promise<AxeResults> {
  const { axe } = globalThis as unknown as {
    axe: { run: (options: RunOptions) => Promise<AxeResults> }
  }
  return axe.run({ runOnly: { type: 'tag', values } })
}
