import { signal } from '@preact/signals'
import type { Link } from '@sleepwell/contracts/link'
import type { Draft } from './draft.ts'

export type Composing = (
  | { readonly kind: 'new'; readonly slug?: string; readonly domain?: string }
  | { readonly kind: 'edit'; readonly link: Link }
) & {
  /** Once something was typed; kept until it is saved or given up, whatever becomes of the dialog. */
  readonly draft?: Draft
}

/** What the dialog is open for. */
export const composes = signal<Composing | undefined>(undefined)
