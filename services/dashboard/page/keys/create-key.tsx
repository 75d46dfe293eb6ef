import { useMutation, useQueryClient } from '@tanstack/preact-query'
import type { Scope } from '@sleepwell/contracts/api-key'
import { useState } from 'preact/hooks'
import { Dialog, DialogFoot } from '../controls/dialog.tsx'
import { ErrorNote } from '../controls/error-note.tsx'
import { TextField } from '../controls/field.tsx'
import { faultsOf } from '../links/faults.ts'
import { api, may } from '../session/session.ts'
import { scopeWords } from './scopes.ts'
import { issued } from './secret-dialog.tsx'

export function CreateKey({ close }: { readonly close: () => void }) {
  const queries = useQueryClient()
  const [name, setName] = useState('')
  const [picked, setPicked] = useState<readonly Scope[]>(['links:read', 'reports:read'])
  const [expires, setExpires] = useState('')
  const create = useMutation({
    mutationFn: () =>
      api.createKey({
        name: name.trim(),
        scopes: [...picked],
        ...(expires !== '' && { expiresAt: new Date(`${expires}T23:59:59`).toISOString() }),
      }),
    onSuccess: (key) => {
      void queries.invalidateQueries({ queryKey: ['keys'] })
      close()
      issued.value = key
    },
  })
  const faults = faultsOf(create.error)
  const offered = (Object.keys(scopeWords) as Scope[]).filter(may)
  return (
    <Dialog title="Create an API key" narrow keeps={name !== '' || expires !== ''} close={close}>
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          create.mutate()
        }}
      >
        <div class="dialog-body stack">
          <TextField
            label="Name"
            hint="What people know it by."
            placeholder="ci"
            maxLength={100}
            autoFocus
            value={name}
            fault={faults['name']}
            change={setName}
          />
          <fieldset class="stack">
            <legend class="label">Scopes</legend>
            <div>
              {offered.map((scope) => (
                <label key={scope} class="check">
                  <input
                    type="checkbox"
                    checked={picked.includes(scope)}
                    onChange={() =>
                      setPicked(
                        picked.includes(scope)
                          ? picked.filter((one) => one !== scope)
                          : [...picked, scope],
                      )
                    }
                  />
                  <span>
                    {scopeWords[scope]} <code class="muted">{scope}</code>
                  </span>
                </label>
              ))}
            </div>
          </fieldset>
          <TextField
            label="Last day"
            type="date"
            hint="Without one it opens until it is revoked."
            value={expires}
            fault={faults['expiresAt']}
            change={setExpires}
          />
          {create.error !== null && Object.keys(faults).length === 0 && (
            <ErrorNote what="No key was made" error={create.error} />
          )}
        </div>
        <DialogFoot close={close}>
          <button
            class="button primary"
            disabled={create.isPending || name.trim() === '' || picked.length === 0}
          >
            Create key
          </button>
        </DialogFoot>
      </form>
    </Dialog>
  )
}
