import { useEffect } from 'preact/hooks'
import { lazily } from '../shell/lazily.tsx'
import { composes } from './composes.ts'

const load = async () => (await import('./composer.tsx')).Composer
const Composer = lazily(load)
/** Once what is seen has been drawn: whoever presses `c` goes on typing. */
const idleMs = 1500

/** The dialog in which links are made, wherever one is. */
export function ComposerHost() {
  const { value } = composes
  useEffect(() => {
    const timer = setTimeout(() => void load().catch(() => {}), idleMs)
    return () => clearTimeout(timer)
  }, [])
  if (value === undefined) return null
  return (
    <Composer
      of={value}
      close={() => {
        composes.value = undefined
      }}
    />
  )
}
