import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { runTool } from './tool.ts'

test('what a tool has started ends with it', async () => {
  const scratch = mkdtempSync(join(tmpdir(), 'sleepwell-tool-'))
  const file = join(scratch, 'pid')
  try {
    const words = ['-c', `sleep 300 & echo $! > ${file}; exit 3`]
    expect(await runTool('sh', words, { stop: new AbortController().signal })).toBe(3)
    const left = Number(readFileSync(file, 'utf8'))
    expect(() => process.kill(left, 0)).toThrow('ESRCH')
  } finally {
    rmSync(scratch, { recursive: true })
  }
})
