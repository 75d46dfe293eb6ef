import type { ComponentChildren, JSX } from 'preact'
import { useId } from 'preact/hooks'

interface FieldProps {
  readonly label: string
  readonly hint?: ComponentChildren
  readonly fault?: string | undefined
  readonly children: (attributes: {
    readonly id: string
    readonly 'aria-describedby': string | undefined
    readonly 'aria-invalid': 'true' | undefined
  }) => JSX.Element
}

export function Field({ label, hint, fault, children }: FieldProps) {
  const id = useId()
  const told = fault ?? hint
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {children({
        id,
        'aria-describedby': told === undefined ? undefined : `${id}-hint`,
        'aria-invalid': fault === undefined ? undefined : 'true',
      })}
      {told !== undefined && (
        <p class={fault === undefined ? 'hint' : 'hint bad'} id={`${id}-hint`}>
          {told}
        </p>
      )}
    </div>
  )
}

interface TextFieldProps extends Omit<FieldProps, 'children'> {
  readonly value: string
  readonly change: (value: string) => void
  readonly type?: 'text' | 'url' | 'date' | 'datetime-local' | 'number' | 'password'
  readonly placeholder?: string
  readonly required?: boolean
  readonly maxLength?: number
  readonly min?: number | string
  readonly autoFocus?: boolean
}

export function TextField(props: TextFieldProps) {
  const { value, change, label, hint, fault, ...rest } = props
  return (
    <Field label={label} hint={hint} fault={fault}>
      {(attributes) => (
        <input
          class="input"
          {...attributes}
          {...(rest as object)}
          value={value}
          onInput={({ currentTarget }) => change(currentTarget.value)}
        />
      )}
    </Field>
  )
}
