import type { ComponentChildren } from 'preact'
import { useEffect, useRef } from 'preact/hooks'

/** Takes the focus when its page is opened, so that what is read next is the page. */
export function Heading({ children }: { readonly children: ComponentChildren }) {
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    if (document.activeElement === document.body || document.activeElement?.closest('.nav'))
      heading.current?.focus({ preventScroll: true })
  }, [])
  return (
    <h1 tabIndex={-1} ref={heading}>
      {children}
    </h1>
  )
}
