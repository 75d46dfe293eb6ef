/** Rows beyond the edges, so that scrolling shows no gap. */
const overscan = 8

/** Which rows of a long table are drawn: from, and before which. */
export function windowOf(
  scrollTop: number,
  height: number,
  rowHeight: number,
  count: number,
): { readonly from: number; readonly to: number } {
  const first = Math.floor(scrollTop / rowHeight) - overscan
  const last = Math.ceil((scrollTop + height) / rowHeight) + overscan
  const from = Math.max(0, Math.min(first, count))
  return { from, to: Math.max(from, Math.min(last, count)) }
}
