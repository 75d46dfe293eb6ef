import type { ComponentChildren } from 'preact'
import { useEffect, useId, useRef } from 'preact/hooks'
import { Icon } from '../shell/icon.tsx'

interface DialogProps {
  readonly title: string
  readonly close: () => void
  readonly narrow?: boolean
  /** It has something to lose: a press beside it does not take it away. */
  readonly keeps?: boolean
  readonly children: ComponentChildren
}

/** The browser's own: it keeps the focus inside, gives it back, and closes on Esc. */
export function Dialog({ title, close, narrow, keeps, children }: DialogProps) {
  const id = useId()
  const dialog = useRef<HTMLDialogElement>(null)
  // The click of a press that began on one side of the edge and ended on the other is the dialog's too.
  const press = useRef({ began: false, ended: false })
  const isBeside = (event: Event) => event.target === dialog.current
  useEffect(() => {
    const { current } = dialog
    const opener = document.activeElement
    current?.showModal()
    return () => {
      current?.close()
      if (opener instanceof HTMLElement) opener.focus()
    }
  }, [])
  return (
    <dialog
      ref={dialog}
      class={narrow === true ? 'narrow' : undefined}
      aria-labelledby={id}
      onCancel={(event) => {
        // Whoever opened it takes it away.
        event.preventDefault()
        close()
      }}
      onPointerDown={(event) => {
        press.current = { began: isBeside(event), ended: false }
      }}
      onPointerUp={(event) => {
        press.current.ended = isBeside(event)
      }}
      onClick={(event) => {
        const { began, ended } = press.current
        if (keeps !== true && began && ended && isBeside(event)) close()
      }}
    >
      <div class="dialog-head">
        <h2 id={id}>{title}</h2>
        <button type="button" class="button bare tiny" aria-label="Close" onClick={close}>
          <Icon name="close" />
        </button>
      </div>
      {children}
    </dialog>
  )
}

/** Leaving it, and what it is for. */
export function DialogFoot({ close, children }: Pick<DialogProps, 'close' | 'children'>) {
  return (
    <div class="dialog-foot">
      <button type="button" class="button" onClick={close}>
        Cancel
      </button>
      {children}
    </div>
  )
}
