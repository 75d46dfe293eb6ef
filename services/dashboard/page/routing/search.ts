export type Params = Readonly<Record<string, string | undefined>>

/** The query with these parameters set, or, where undefined, taken away; the others stay as they are. */
export function withParams(search: string, changes: Params): string {
  const params = new URLSearchParams(search)
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined) params.delete(name)
    else params.set(name, value)
  }
  const text = params.toString()
  // A path without a query is told from one with an empty one by nobody, but `?` alone is a link to the top.
  return text === '' ? '' : `?${text}`
}

/** Names of widgets in one parameter, separated by commas: with this one, or without it. */
export function toggled(search: string, param: string, name: string): string {
  const names = listed(search, param)
  const next = names.includes(name) ? names.filter((one) => one !== name) : [...names, name]
  return withParams(search, { [param]: next.length === 0 ? undefined : next.join(',') })
}

export function listed(search: string, param: string): string[] {
  const text = new URLSearchParams(search).get(param) ?? ''
  return text === '' ? [] : text.split(',')
}
