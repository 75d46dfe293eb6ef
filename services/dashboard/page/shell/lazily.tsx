import { type ComponentType, createElement } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { ErrorNote } from '../controls/error-note.tsx'

/** A component whose code comes when it is first shown. */
export function lazily<Props extends object>(load: () => Promise<ComponentType<Props>>) {
  let loaded: ComponentType<Props> | undefined
  return function Lazy(props: Props) {
    const [state, setState] = useState<ComponentType<Props> | Error | undefined>(() => loaded)
    const [attempt, setAttempt] = useState(0)
    useEffect(() => {
      if (loaded !== undefined) return
      let gone = false
      void (async () => {
        try {
          const component = await load()
          loaded = component
          if (!gone) setState(() => component)
        } catch (error) {
          if (!gone) setState(error instanceof Error ? error : new Error(String(error)))
        }
      })()
      return () => {
        gone = true
      }
    }, [attempt])
    if (state instanceof Error)
      return (
        <ErrorNote
          what="This part of the page could not be loaded"
          error={state}
          retry={() => setAttempt(attempt + 1)}
        />
      )
    if (state === undefined) return <div class="skeleton" aria-hidden="true" />
    return createElement(state, props)
  }
}
