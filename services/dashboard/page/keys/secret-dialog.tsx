import type { IssuedKey } from '@sleepwell/contracts/key'
import { CopyButton } from '../controls/copy-button.tsx'
import { Dialog } from '../controls/dialog.tsx'

interface SecretProps {
  readonly issued: IssuedKey
  readonly close: () => void
}

export function SecretDialog({ issued: { name, secret }, close }: SecretProps) {
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
