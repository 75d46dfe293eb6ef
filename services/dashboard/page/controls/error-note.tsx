import { Icon } from '../shell/icon.tsx'

interface Failure {
  readonly what: string
  readonly error: unknown
  readonly retry?: (() => void) | undefined
}

/** What failed, why, by which request, and a way to try again. */
export function ErrorNote({ what, error, retry }: Failure) {
  const { message, requestId } = Object(error) as { message?: string; requestId?: string }
  return (
    <div class="notice bad" role="alert">
      <p class="grow">
        <strong>{what}.</strong> {message ?? String(error)}
        {requestId !== undefined && (
          <span class="muted">
            {' '}
            Request <code>{requestId}</code>
          </span>
        )}
      </p>
      {retry !== undefined && (
        <button type="button" class="button tiny" onClick={retry}>
          Try again
        </button>
      )}
    </div>
  )
}

/** What is shown is from before: the newest try has failed. */
export function StaleBadge({
  since,
  error,
  retry,
}: {
  since: number
  error: unknown
  retry: () => void
}) {
  const { message, requestId } = Object(error) as { message?: string; requestId?: string }
  const time = new Date(since).toTimeString().slice(0, 8)
  const request = requestId === undefined ? '' : ` (request ${requestId})`
  return (
    <button
      type="button"
      class="badge warn button tiny"
      title={`${message ?? 'It failed'}${request}. Try again`}
      onClick={retry}
    >
      <Icon name="orphans" />
      As of {time}, could not be renewed
    </button>
  )
}
