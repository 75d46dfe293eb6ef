import { globSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'

const folder = dirname(fileURLToPath(import.meta.resolve('@sleepwell/contracts/route')))

/** Every schema that contracts export, by the name that it has there. */
export async function namedSchemas(): Promise<ReadonlyMap<z.ZodType, string>> {
  const names = new Map<z.ZodType, string>()
  for (const file of globSync('*.ts', { cwd: folder }).toSorted()) {
    if (file.endsWith('.test.ts')) continue
    const module = (await import(`@sleepwell/contracts/${basename(file, '.ts')}`)) as object
    for (const [name, value] of Object.entries(module))
      if (value instanceof z.ZodType && !names.has(value)) names.set(value, name)
  }
  return names
}
