import type { ComponentChildren } from 'preact'

interface EmptyProps {
  readonly title: string
  readonly children?: ComponentChildren
  /** The one command that fills it. */
  readonly command?: string
}

export function EmptyState({ title, children, command }: EmptyProps) {
  return (
    <div class="empty">
      <h2>{title}</h2>
      {children}
      {command !== undefined && <pre>{command}</pre>}
    </div>
  )
}
