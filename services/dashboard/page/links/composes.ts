import { signal } from '@preact/signals'
import type { Link } from '@sleepwell/contracts/link'

export type Composing =
  | { readonly kind: 'new'; readonly slug?: string; readonly domain?: string }
  | { readonly kind: 'edit'; readonly link: Link }

/** What the dialog is open for. */
export const composes = signal<Composing | undefined>(undefined)
