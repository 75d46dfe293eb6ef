import { signal } from '@preact/signals'

const messages = signal<readonly { readonly id: number; readonly text: string }[]>([])
let last = 0
const shownMs = 5000

/** Says what was done, to eyes and to screen readers. */
export function say(text: string): void {
  const id = ++last
  messages.value = [...messages.value.slice(-2), { id, text }]
  setTimeout(() => {
    messages.value = messages.value.filter((message) => message.id !== id)
  }, shownMs)
}

export function Toasts() {
  return (
    <div class="toasts" role="status" aria-live="polite">
      {messages.value.map(({ id, text }) => (
        <p class="toast" key={id}>
          {text}
        </p>
      ))}
    </div>
  )
}
