import { httpOrigin } from '@sleepwell/runtime/env'
import type { z } from 'zod'

export interface AdminUrl {
  readonly service: string
  readonly origin: string
}

/** `redirect=http://10.0.0.1:9080,link-write=http://…` */
export function readAdminUrls(text: string, context: z.RefinementCtx): AdminUrl[] {
  const parts = text.split(',').flatMap((part) => (part.trim() === '' ? [] : part.trim()))
  return parts.flatMap((part) => {
    const [, service = '', origin = ''] = /^([a-z-]+)=(.*)$/u.exec(part) ?? []
    if (httpOrigin.safeParse(origin).success) return { service, origin: new URL(origin).origin }
    context.addIssue('must be service=origin, separated by commas')
    return []
  })
}
