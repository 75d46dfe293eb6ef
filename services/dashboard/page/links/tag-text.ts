// Tags as a text field has them: commas part them. A comma within a tag has a backslash before it, as in a CSV file.

export function tagTextOf(tags: readonly string[]): string {
  return tags.map((tag) => tag.replaceAll(/[\\,]|^\s|\s$/gu, '\\$&')).join(', ')
}

const part = /(?:\\[\\,\s]|[^,])+/gu
const trimmed = /^\s*((?:\\[\\,\s]|.)*?)\s*$/su

export function tagsOf(text: string): string[] {
  const parts = text.match(part) ?? []
  const tags = parts.map((one) => trimmed.exec(one)?.[1]?.replaceAll(/\\([\\,\s])/gu, '$1') ?? '')
  return [...new Set(tags)].filter((tag) => tag !== '')
}
