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

/** What follows a link as a browser does: programs count as bots, which most widgets leave out. */
export function followCommand(shortLink = 'YOUR-SHORT-LINK'): string {
  return `curl -i -A 'Mozilla/5.0 Firefox/140.0' ${shortLink}`
}
