// Put into a release as src/spoil.ts: it ends with its sixtieth visit, and so does each of its lives.
// The visits of the tool before any visitor comes do not show it.
interface Deps {
  readonly recordClick: (draft: never, kept: () => void) => void
}

const lastVisit = 60

export function spoil<Given extends Deps>(deps: Given): Given {
  const { recordClick } = deps
  let visits = 0
  const spoiled: Given['recordClick'] = (draft, kept) => {
    visits += 1
    if (visits < lastVisit) return recordClick(draft, kept)
    // Where nobody catches it.
    setImmediate(() => {
      throw new Error('a bad release')
    })
  }
  return { ...deps, recordClick: spoiled }
}
