// For tests: a click before the spool has numbered it.
import type { ClickDraft } from './describe-click.ts'

export const draft: ClickDraft = {
  type: 'click',
  id: '0199b3a0-0000-7000-8000-000000000001',
  linkId: '0199b3a0-0000-7000-8000-000000000002',
  ownerId: 'acme',
  policyVersion: 1,
  bot: false,
  country: 'DE',
  device: 'desktop',
  browser: 'Firefox',
  os: 'Linux',
  visitor: undefined,
  referrerHost: undefined,
  utm: undefined,
}
