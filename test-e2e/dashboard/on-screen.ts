// What a person reads on the page, as values.
import { readFile } from 'node:fs/promises'
import type { Page } from 'playwright-core'
import { until } from '../api.ts'

const whole = (text: string | null) => Number((text ?? '').replaceAll(',', '').trim())

/** The number of a card, once there is one. */
export async function figure(page: Page, name: string): Promise<number> {
  const value = page.locator(`[data-figure="${name}"] .value`)
  await value.filter({ hasText: /\d/u }).waitFor()
  return whole(await value.textContent())
}

/** Rows of a list, all of them: name and count. */
export async function rowsOf(page: Page, card: string): Promise<Record<string, number>> {
  const box = page.locator(`[data-card="${card}"]`)
  await box.locator('.bars li').first().waitFor()
  const all = box.getByRole('link', { name: /^Show all/u })
  if (await all.isVisible()) await all.click()
  // Names of links come after their numbers.
  await until(
    () => box.locator('.bar .cut', { hasText: /^…$/u }).count(),
    (waiting) => waiting === 0,
  )
  const rows = await box.locator('.bars li').all()
  const entries = await Promise.all(
    rows.map(async (row) => [
      await row.locator('.cut').textContent(),
      whole(await row.locator('.number').first().textContent()),
    ]),
  )
  return Object.fromEntries(entries) as Record<string, number>
}

export async function openTab(page: Page, card: string, tab: string): Promise<void> {
  const link = page
    .locator(`[data-card="${card}"] .tabs`)
    .getByRole('link', { name: tab, exact: true })
  await link.click()
  await page.locator(`[data-card="${card}"] .tabs [aria-current]`, { hasText: tab }).waitFor()
  await page.locator(`[data-card="${card}"][aria-busy="false"]`).waitFor()
}

/** Everything that was asked for has come, or has failed. */
export async function isDrawn(page: Page): Promise<void> {
  await until(
    () => page.locator('.skeleton').count(),
    (waiting) => waiting === 0,
  )
}

/** What was done has been drawn: for tests that nothing comes of it. */
export async function isSettled(page: Page): Promise<void> {
  await page.evaluate(
    'new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))',
  )
}

/** What a click makes the browser keep: name and text of the file. */
export async function downloaded(
  page: Page,
  click: () => Promise<void>,
): Promise<{ readonly name: string; readonly text: string }> {
  const [file] = await Promise.all([page.waitForEvent('download'), click()])
  return { name: file.suggestedFilename(), text: await readFile(await file.path(), 'utf8') }
}

/** Until exactly these links are in the list, in this order. */
export async function listed(page: Page, ...slugs: string[]): Promise<void> {
  await until(
    () => page.locator('tbody tr[data-link] strong').allTextContents(),
    (shown) => shown.join() === slugs.join(),
  )
}
