import type { RefObject } from 'preact'
import { useEffect } from 'preact/hooks'

/** Esc and a press beside it close what is open, before they mean anything to the page. */
export function useDismissal(
  box: RefObject<HTMLElement | null>,
  isOpen: () => boolean,
  close: () => void,
): void {
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      // A dialog is above it.
      if (event.key !== 'Escape' || !isOpen() || document.querySelector('dialog[open]') !== null)
        return
      event.preventDefault()
      const hadFocus = box.current?.contains(document.activeElement) === true
      close()
      if (hadFocus) box.current?.querySelector<HTMLElement>('summary, [aria-expanded]')?.focus()
    }
    const point = ({ target }: Event) => {
      if (isOpen() && target instanceof Node && box.current?.contains(target) !== true) close()
    }
    document.addEventListener('keydown', press, true)
    document.addEventListener('pointerdown', point)
    return () => {
      document.removeEventListener('keydown', press, true)
      document.removeEventListener('pointerdown', point)
    }
  })
}
