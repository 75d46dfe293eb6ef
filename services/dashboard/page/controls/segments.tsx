import type { ComponentChildren } from 'preact'
import { useLayoutEffect, useRef } from 'preact/hooks'

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
  const strip = useRef<HTMLElement>(null)
  useLayoutEffect(() => {
    const chosen = strip.current?.querySelector<HTMLElement>('[aria-current]')
    // On a phone it may have been pushed out of sight.
    if (strip.current !== null && chosen)
      strip.current.scrollLeft = chosen.offsetLeft + chosen.offsetWidth - strip.current.clientWidth
  }, [current])
  return (
    <nav class={look} aria-label={label} ref={strip}>
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
