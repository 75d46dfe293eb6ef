import { z } from 'zod'

export interface SettingDescription {
  readonly name: string
  readonly description: string
  /** As it would be written; null: none. */
  readonly default: string | null
  readonly required: boolean
}

/** What a service may be told, out of the shape that it reads by `readEnv`. */
export function describeSettings(shape: z.ZodRawShape): SettingDescription[] {
  return Object.entries(shape).map(([name, schema]) => {
    const setting = schema as z.ZodType
    const absent = setting.safeParse(undefined)
    return {
      name,
      description: setting.description ?? '',
      default: absent.success ? written(absent.data) : null,
      required: !absent.success,
    }
  })
}

function written(value: unknown): string | null {
  if (Array.isArray(value)) return value.length === 0 ? null : value.join(',')
  if (value === undefined || value === '') return null
  return typeof value === 'string' ? value : JSON.stringify(value)
}
