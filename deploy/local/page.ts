import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { CannotStart } from './cannot-start.ts'

const program = fileURLToPath(new URL('../../services/dashboard/build-page.ts', import.meta.url))

/** Builds the page of the dashboard, if what it is made of has changed. */
export async function buildPage(): Promise<void> {
  const child = spawn(process.execPath, [program], { stdio: ['ignore', 'ignore', 'pipe'] })
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text))
  const status = await new Promise((resolve) => child.once('close', resolve))
  if (status !== 0) throw new CannotStart(`The page of the dashboard could not be built: ${said}`)
}
