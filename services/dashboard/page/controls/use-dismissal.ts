import type { RefObject } from 'preact'
import { useEffect, useRef } from 'preact/hooks'

/** Esc and a press beside it close what is open, before they mean anything to the page. */
export function useDismissal(
  box: RefObject<HTMLElement | null>,
  isOpen: () => boolean,
  close: () => void,
): void {
  // An effect comes after what it is of was seen: Esc may be quicker.
  const now = useRef({ isOpen, close })
  now.current = { isOpen, close }
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      // A dialog is above it.
      if (
        event.key !== 'Escape' ||
        !now.current.isOpen() ||
        document.querySelector('dialog[open]') !== null
      )
        return
      event.preventDefault()
      const hadFocus = box.current?.contains(document.activeElement) === true
      now.current.close()
      if (hadFocus) box.current?.querySelector<HTMLElement>('summary, [aria-expanded]')?.focus()
    }
    const point = ({ target }: Event) => {
      const isBeside = target instanceof Node && box.current?.contains(target) !== true
      if (isBeside && now.current.isOpen()) now.current.close()
    }
    document.addEventListener('keydown', press, true)
    document.addEventListener('pointerdown', point)
    return () => {
      document.removeEventListener('keydown', press, true)
      document.removeEventListener('pointerdown', point)
    }
  }, [box])
}
