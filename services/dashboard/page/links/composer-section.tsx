import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'

interface SectionProps {
  readonly title: ComponentChildren
  /** Whether something in it is filled in. */
  readonly filled?: boolean
  readonly children: ComponentChildren
}

/** Opens by itself if it has something to show. From then on it is open for as long as somebody wants. */
export function ComposerSection({ title, filled = false, children }: SectionProps) {
  const [opens] = useState(filled)
  return (
    <details class="more" open={opens}>
      <summary>{title}</summary>
      <div class="stack">{children}</div>
    </details>
  )
}
