import type { Mark } from '../report/use-marks.ts'
import { placeOf, type Point } from '../report/series.ts'

export interface PlacedMark {
  /** Index of a point. */
  readonly place: number
  readonly texts: readonly string[]
}

/** Marks of one point together, in order. */
export function placeMarks(marks: readonly Mark[], points: readonly Point[]): PlacedMark[] {
  const places = new Map<number, string[]>()
  for (const { at, text } of marks.toSorted((a, b) => a.at - b.at)) {
    const place = placeOf(at, points)
    if (place !== undefined) places.set(place, [...(places.get(place) ?? []), text])
  }
  return [...places].map(([place, texts]) => ({ place, texts })).sort((a, b) => a.place - b.place)
}

/** `3 edits: destination edited, …`. */
export function sayMarks(texts: readonly string[]): string {
  const [first = ''] = texts
  return texts.length === 1 ? first : `${texts.length} changes, the first: ${first}`
}
