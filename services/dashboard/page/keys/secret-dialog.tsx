import { signal } from '@preact/signals'
import type { IssuedKey } from '@sleepwell/contracts/key'
import { CopyButton } from '../controls/copy-button.tsx'
import { Dialog } from '../controls/dialog.tsx'

/** Of the page as a whole: what is shown once must not go with a view, nor with the session. */
export const issued = signal<IssuedKey | undefined>(undefined)

const close = () => {
  issued.value = undefined
}

export function SecretDialog() {
  if (issued.value === undefined) return null
  const { name, secret } = issued.value
  return (
    <Dialog title={`The secret of ${name ?? 'the key'}`} narrow keeps close={close}>
      <div class="dialog-body stack">
        {secret === undefined ? (
          <p>
            The answer came twice, and only the first has the secret. Rotate the key to get one.
          </p>
        ) : (
          <>
            <p>It is shown this once. Keep it where secrets are kept.</p>
            <div class="row">
              <code class="secret grow">{secret}</code>
              <CopyButton text={secret} what="the secret" />
            </div>
          </>
        )}
      </div>
      <div class="dialog-foot">
        <button type="button" class="button primary" onClick={close}>
          I have it
        </button>
      </div>
    </Dialog>
  )
}
