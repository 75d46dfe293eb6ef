// Put into a release as src/spoil.ts: whom it leads on waits 100 ms longer.
interface Deps {
  readonly recordClick: (draft: never, kept: () => void) => void
}

const lateMs = 100

export function spoil<Given extends Deps>(deps: Given): Given {
  const { recordClick } = deps
  const spoiled: Given['recordClick'] = (draft, kept) =>
    recordClick(draft, () => void setTimeout(kept, lateMs))
  return { ...deps, recordClick: spoiled }
}
