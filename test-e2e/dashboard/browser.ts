// A real browser, and everything in it that a test would not look at: what the console says, what the policy forbids, and
// what did not arrive. Chromium is Debian's, found on the PATH (`npm test` installs it), never downloaded.
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import { type BrowserContextOptions, chromium, type Page } from 'playwright-core'

export interface Visitor {
  readonly page: Page
  /** Whatever went wrong unseen, a sentence each. */
  readonly faults: () => readonly string[]
}

export interface VisitOptions extends Pick<
  BrowserContextOptions,
  'colorScheme' | 'viewport' | 'reducedMotion' | 'storageState'
> {
  /** Origin of the dashboard: nothing is asked of anybody else. */
  readonly origin: string
  /** Faults that the test is about. */
  readonly expected?: RegExp
}

export interface Browser extends AsyncDisposable {
  readonly visit: (options: VisitOptions) => Promise<Visitor>
}

export const desktop = { width: 1280, height: 900 }
export const phone = { width: 390, height: 844 }

export async function openBrowser(): Promise<Browser> {
  const browser = await chromium.launch({
    executablePath: findOnPath('chromium'),
    // Root may not make a sandbox, and a small /dev/shm must not end a tab.
    chromiumSandbox: process.getuid?.() !== 0,
    args: ['--disable-dev-shm-usage', '--disable-background-networking'],
  })
  return {
    visit: async ({ origin, expected, ...options }) => {
      const context = await browser.newContext({
        baseURL: origin,
        viewport: desktop,
        locale: 'en-GB',
        timezoneId: 'UTC',
        ...options,
      })
      const faults: string[] = []
      const fault = (sentence: string) => {
        if (expected?.test(sentence) !== true) faults.push(sentence)
      }
      await context.exposeFunction('reportViolation', (what: string) => fault(`policy: ${what}`))
      await context.addInitScript(tellViolations)
      const page = await context.newPage()
      watch(page, origin, fault)
      return { page, faults: () => faults }
    },
    [Symbol.asyncDispose]: () => browser.close(),
  }
}

/** Runs in the page. */
function tellViolations(): void {
  const { document, reportViolation } = globalThis as unknown as {
    document: { addEventListener: (name: string, listener: (event: Violation) => void) => void }
    reportViolation: (what: string) => void
  }
  document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) =>
    reportViolation(`${violatedDirective} ${blockedURI}`),
  )
}

interface Violation {
  readonly violatedDirective: string
  readonly blockedURI: string
}

function watch(page: Page, origin: string, fault: (sentence: string) => void): void {
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning')
      fault(`console: ${message.text()}`)
  })
  page.on('pageerror', (error) => fault(`thrown: ${error.message}`))
  page.on('request', (request) => {
    const url = request.url()
    if (!url.startsWith(`${origin}/`) && !url.startsWith(`blob:${origin}/`))
      fault(`asked of somebody else: ${url}`)
  })
  page.on('response', (response) => {
    if (response.status() >= 400) fault(`answered ${response.status()}: ${response.url()}`)
  })
  page.on('requestfailed', (request) => {
    const reason = request.failure()?.errorText ?? ''
    // Whoever leaves a view gives up what it asked for.
    if (reason !== 'net::ERR_ABORTED') fault(`${reason}: ${request.url()}`)
  })
}

function findOnPath(program: string): string {
  for (const directory of (process.env.PATH ?? '').split(delimiter)) {
    const path = join(directory, program)
    try {
      accessSync(path, constants.X_OK)
      return path
    } catch {
      // In another one.
    }
  }
  throw new Error(`There is no ${program} on the PATH: npm test brings it, as Debian has it.`)
}
