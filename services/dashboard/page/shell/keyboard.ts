// Keys that do something wherever one is. Letters alone, so none while somebody types.

import type { Page } from '../routing/pages.ts'

export const pageKeys = {
  o: '/',
  l: '/links',
  v: '/live',
  n: '/orphans',
  r: '/reliability',
  k: '/keys',
  s: '/settings',
} as const

export const periodKeys = {
  t: 'today',
  w: 'week',
  m: 'month',
  q: 'quarter',
  y: 'year',
} as const

export type Command =
  | { readonly does: 'go'; readonly path: string }
  | { readonly does: 'period'; readonly period: (typeof periodKeys)[keyof typeof periodKeys] }
  | { readonly does: 'shift'; readonly by: 1 | -1 }
  | { readonly does: 'create' | 'search' | 'compare' | 'bots' | 'export' | 'help' | 'clear' }

const reports = ['overview', 'link', 'orphans'] as const

/** Where a key means something; what is not here does everywhere. */
const pagesOf: Readonly<Partial<Record<Command['does'], readonly Page['page'][]>>> = {
  period: reports,
  shift: reports,
  compare: reports,
  bots: [...reports, 'live'],
  clear: reports,
  export: [...reports, 'links', 'live', 'reliability'],
}

export function meansAnything(does: Command['does'], page: Page['page']): boolean {
  return pagesOf[does]?.includes(page) ?? true
}

export interface Pressed {
  readonly key: string
  readonly ctrlKey: boolean
  readonly metaKey: boolean
  readonly altKey: boolean
}

const commands: Readonly<Record<string, Command>> = {
  c: { does: 'create' },
  '/': { does: 'search' },
  x: { does: 'compare' },
  b: { does: 'bots' },
  e: { does: 'export' },
  '?': { does: 'help' },
  Escape: { does: 'clear' },
  ArrowLeft: { does: 'shift', by: -1 },
  ArrowRight: { does: 'shift', by: 1 },
}

/** How long after `g` the name of a page is waited for. */
const sequenceMs = 1500

/** @returns the command that a key completes, if it does */
export function createKeyReader(): (pressed: Pressed, now: number) => Command | undefined {
  let goAt = Number.NEGATIVE_INFINITY
  return ({ key, ctrlKey, metaKey, altKey }, now) => {
    if (ctrlKey || metaKey || altKey) return undefined
    const goes = now - goAt <= sequenceMs
    goAt = Number.NEGATIVE_INFINITY
    if (goes)
      return Object.hasOwn(pageKeys, key)
        ? { does: 'go', path: pageKeys[key as keyof typeof pageKeys] }
        : undefined
    if (key === 'g') {
      goAt = now
      return undefined
    }
    if (Object.hasOwn(periodKeys, key))
      return { does: 'period', period: periodKeys[key as keyof typeof periodKeys] }
    return Object.hasOwn(commands, key) ? commands[key] : undefined
  }
}
