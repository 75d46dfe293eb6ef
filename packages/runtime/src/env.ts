import { readFileSync } from 'node:fs'
import { types } from 'node:util'
import { z } from 'zod'

const { isNativeError } = types

type Env = Readonly<Record<string, string | undefined>>

/** The process was configured wrongly; `message` names every mistake, one a line. */
export class ConfigError extends Error {
  override name = 'ConfigError'
}

/**
 * Reads one service's settings. A setting `NAME` may also come from the file that `NAME_FILE` names; an empty one
 * counts as absent.
 *
 * @throws {ConfigError} with all mistakes at once
 */
export function readEnv<Shape extends z.ZodRawShape>(
  shape: Shape,
  env: Env,
): z.infer<z.ZodObject<Shape>> {
  const mistakes = new Map<string, string>()
  const given: Record<string, string> = {}
  for (const name of Object.keys(shape)) {
    const value = valueOf(name, env, mistakes)
    if (value !== undefined && value !== '') given[name] = value
  }
  const parsed = z.object(shape).safeParse(given)
  for (const issue of parsed.error?.issues ?? []) {
    const name = String(issue.path[0])
    // A file that could not be read says more than that the setting is then missing.
    if (!mistakes.has(name)) mistakes.set(name, name in given ? issue.message : 'must be set')
  }
  if (!parsed.success || mistakes.size > 0)
    throw new ConfigError([...mistakes].map(([name, mistake]) => `${name}: ${mistake}`).join('\n'))
  return parsed.data
}

function valueOf(name: string, env: Env, mistakes: Map<string, string>): string | undefined {
  const file = env[`${name}_FILE`]
  if (file === undefined || file === '') return env[name]
  if (env[name] !== undefined && env[name] !== '') {
    mistakes.set(name, `set either ${name} or ${name}_FILE, not both`)
    return undefined
  }
  try {
    return readFileSync(file, 'utf8').trimEnd()
  } catch (error) {
    const reason = isNativeError(error) ? error.message : String(error)
    mistakes.set(name, `${name}_FILE cannot be read (${reason})`)
    return undefined
  }
}

export const port = z.coerce.number().int().min(0).max(65_535)

/** A duration, in the unit that the setting's name ends in. */
export const duration = z.coerce.number().int().min(1)

/** A duration that may be none. */
export const delay = z.coerce.number().int().min(0)

export const postgresUrl = z
  .string()
  .refine(
    (text) => /^postgres(ql)?:\/\//u.test(text) && URL.canParse(text),
    'must be a postgres:// URL',
  )

export const redisUrl = z
  .string()
  .refine(
    (text) => /^rediss?:\/\//u.test(text) && URL.canParse(text),
    'must be a redis:// or rediss:// URL',
  )

export const httpOrigin = z
  .string()
  .refine(
    (text) => /^https?:\/\//u.test(text) && URL.canParse(text) && new URL(text).pathname === '/',
    'must be an http or https origin such as https://go.example.com',
  )

/** Comma-separated; spaces and empty parts are dropped. */
export const list = z.string().transform((text) =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== ''),
)

/** Comma-separated. */
export const postgresUrls = list.pipe(z.array(postgresUrl))
