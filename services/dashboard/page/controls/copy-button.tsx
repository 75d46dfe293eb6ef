import { Icon } from '../shell/icon.tsx'
import { say } from '../shell/toasts.tsx'

export function CopyButton({ text, what }: { readonly text: string; readonly what: string }) {
  return (
    <button
      type="button"
      class="button bare tiny"
      aria-label={`Copy ${what}`}
      title={`Copy ${what}`}
      onClick={() => void copy(text, what)}
    >
      <Icon name="copy" />
    </button>
  )
}

async function copy(text: string, what: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text)
    say(`Copied ${what}.`)
  } catch {
    // Pages without TLS may not.
    say(`The browser does not let this page copy. It is: ${text}`)
  }
}
