import type { RefObject } from 'preact'
import { useLayoutEffect, useRef, useState } from 'preact/hooks'

/** Of what has the ref, as it is drawn. */
export function useWidth(): [RefObject<HTMLDivElement | null>, number] {
  const box = useRef<HTMLDivElement>(null)
  const [width, setWidth] = useState(720)
  useLayoutEffect(() => {
    const { current } = box
    if (current === null) return
    const observer = new ResizeObserver(() => setWidth(Math.max(current.clientWidth, 160)))
    observer.observe(current)
    setWidth(Math.max(current.clientWidth, 160))
    return () => observer.disconnect()
  }, [])
  return [box, width]
}
