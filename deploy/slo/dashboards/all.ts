// What people look at: budgets first, then each service by its four golden signals, then clicks, then what services lean on.
import type { Dashboard } from '../dashboard.ts'
import { api } from './api.ts'
import { clicks } from './clicks.ts'
import { dependencies } from './dependencies.ts'
import { overview } from './overview.ts'
import { redirect } from './redirect.ts'

export const dashboards: readonly Dashboard[] = [
  overview,
  redirect,
  api('link-write', 'link_write'),
  api('analytics', 'analytics'),
  api('dashboard', 'dashboard'),
  clicks,
  dependencies,
]
