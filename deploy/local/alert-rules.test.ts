import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from '@jest/globals'
import { metrics } from '@sleepwell/contracts/metrics'

const root = fileURLToPath(new URL('../../', import.meta.url))
const files = readdirSync(`${root}deploy/prometheus`).filter((name) => name.endsWith('.rules.yml'))

test.each(files)(
  '%s names no metric that nobody reports, and no runbook that nobody wrote',
  (file) => {
    const rules = readFileSync(`${root}deploy/prometheus/${file}`, 'utf8')
    const named = [...rules.matchAll(/\b(?:redirect|link_write|analytics)_\w+/gu)].map(
      ([name]) => name,
    )
    expect(named.length).toBeGreaterThan(0)
    expect(named.filter((name) => !Object.hasOwn(metrics, name))).toEqual([])
    const runbooks = [...rules.matchAll(/runbook: (\S+)/gu)].map(([, path]) => path)
    expect(runbooks).toHaveLength([...rules.matchAll(/- alert: /gu)].length)
    expect(runbooks.filter((path) => !existsSync(root + path))).toEqual([])
  },
)
