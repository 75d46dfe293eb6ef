import { computed, signal } from '@preact/signals'

/** Milliseconds since the epoch; moves each second while the page is seen. */
export const now = signal(Date.now())

/** The same by the minute: what depends on it is not drawn each second. */
export const minute = computed(() => Math.floor(now.value / 60_000) * 60_000)

export function startClock(): void {
  setInterval(() => {
    if (!document.hidden) now.value = Date.now()
  }, 1000)
  document.addEventListener('visibilitychange', () => {
    now.value = Date.now()
  })
}
