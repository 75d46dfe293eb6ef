import type { ComponentChildren } from 'preact'

export interface Choice {
  readonly name: string
  readonly label: ComponentChildren
  readonly href: string
  readonly title?: string
}

interface SegmentsProps {
  readonly label: string
  readonly current: string
  readonly choices: readonly Choice[]
  readonly look?: 'segments' | 'tabs'
}

/** Links: what is chosen is in the URL. */
export function Segments({ label, current, choices, look = 'segments' }: SegmentsProps) {
  return (
    <nav class={look} aria-label={label}>
      {choices.map(({ name, label: text, href, title }) => (
        <a
          key={name}
          href={href}
          title={title}
          aria-current={name === current ? 'true' : undefined}
        >
          {text}
        </a>
      ))}
    </nav>
  )
}
