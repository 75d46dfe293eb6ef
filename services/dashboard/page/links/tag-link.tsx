import { isFilter } from './list-state.ts'

/** A tag, and the links that have it. */
export function TagLink({ tag, href }: { readonly tag: string; readonly href: string }) {
  return isFilter(tag) ? (
    <a class="tag cut" href={href} title={tag}>
      {tag}
    </a>
  ) : (
    <span class="tag cut" title={tag}>
      {tag}
    </span>
  )
}
