import { useMutation, useQueryClient } from '@tanstack/preact-query'
import type { Key } from '@sleepwell/contracts/key'
import { useState } from 'preact/hooks'
import { Dialog, DialogFoot } from '../controls/dialog.tsx'
import { ErrorNote } from '../controls/error-note.tsx'
import { Field } from '../controls/field.tsx'
import { api, isOwnKey, signIn, signOut } from '../session/session.ts'
import { say } from '../shell/toasts.tsx'
import { issued } from './secret-dialog.tsx'

export function KeyActions({ of: key }: { readonly of: Key }) {
  const [asks, setAsks] = useState<'rotate' | 'revoke'>()
  const name = key.name ?? key.prefix ?? 'this key'
  const close = () => setAsks(undefined)
  return (
    <span class="row end">
      <button type="button" class="button tiny" onClick={() => setAsks('rotate')}>
        Rotate
      </button>
      <button type="button" class="button tiny danger" onClick={() => setAsks('revoke')}>
        Revoke
      </button>
      {asks === 'rotate' && <Rotate of={key} name={name} close={close} />}
      {asks === 'revoke' && <Revoke of={key} name={name} close={close} />}
    </span>
  )
}

interface AskProps {
  readonly of: Key
  readonly name: string
  readonly close: () => void
}

const overlaps = [
  [0, 'at once'],
  [3600, 'in an hour'],
  [86_400, 'in a day'],
  [604_800, 'in a week'],
] as const

function Rotate({ of: key, name, close }: AskProps) {
  const isOwn = isOwnKey(key.id)
  const queries = useQueryClient()
  const [overlap, setOverlap] = useState(86_400)
  const rotate = useMutation({
    mutationFn: () => api.rotateKey(key.id, { overlapSeconds: overlap }, { ifMatch: key }),
    onSuccess: async (fresh) => {
      issued.value = fresh
      close()
      if (isOwn && fresh.secret !== undefined) {
        // What was asked with the secret before would be refused, and end the session with the new one.
        await queries.cancelQueries()
        await signIn({ apiKey: fresh.secret })
      }
      void queries.invalidateQueries({ queryKey: ['keys'] })
    },
  })
  return (
    <Dialog title={`Rotate ${name}`} narrow close={close}>
      <div class="dialog-body stack">
        <p>It gets a new secret. The one before stops opening</p>
        <Field label="When">
          {(attributes) => (
            <select
              class="input"
              {...attributes}
              value={overlap}
              onChange={({ currentTarget }) => setOverlap(Number(currentTarget.value))}
            >
              {overlaps.map(([seconds, words]) => (
                <option key={seconds} value={seconds}>
                  {words}
                </option>
              ))}
            </select>
          )}
        </Field>
        {isOwn && <p>You are signed in with this key. This page goes on with the new secret.</p>}
        {rotate.error !== null && <ErrorNote what="Not rotated" error={rotate.error} />}
      </div>
      <DialogFoot close={close}>
        <button
          type="button"
          class="button primary"
          disabled={rotate.isPending}
          onClick={() => rotate.mutate()}
        >
          Rotate
        </button>
      </DialogFoot>
    </Dialog>
  )
}

function Revoke({ of: key, name, close }: AskProps) {
  const isOwn = isOwnKey(key.id)
  const queries = useQueryClient()
  const revoke = useMutation({
    mutationFn: () => api.revokeKey(key.id, { ifMatch: key }),
    onSuccess: async () => {
      close()
      say(`Revoked ${name}.`)
      if (isOwn && (await signOut()) === undefined) return
      void queries.invalidateQueries({ queryKey: ['keys'] })
    },
  })
  return (
    <Dialog title={`Revoke ${name}?`} narrow close={close}>
      <div class="dialog-body stack">
        <p>Within a second it opens nothing any more, for good. Whoever uses it is locked out.</p>
        {isOwn && (
          <p>
            <strong>You are signed in with this key: this signs you out.</strong>
          </p>
        )}
        {revoke.error !== null && <ErrorNote what="Not revoked" error={revoke.error} />}
      </div>
      <DialogFoot close={close}>
        <button
          type="button"
          class="button danger"
          disabled={revoke.isPending}
          onClick={() => revoke.mutate()}
        >
          Revoke for good
        </button>
      </DialogFoot>
    </Dialog>
  )
}
