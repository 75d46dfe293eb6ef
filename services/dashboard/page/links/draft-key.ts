// One draft makes one link, however often it is sent: after a lost answer too, the same content has the same key.

export function createDraftKey(): (content: object) => string {
  const keys = new Map<string, string>()
  return (content) => {
    const text = JSON.stringify(content)
    const key = keys.get(text) ?? randomKey()
    keys.set(text, key)
    return key
  }
}

/** Pages without TLS have no `crypto.randomUUID`. */
function randomKey(): string {
  return Array.from(crypto.getRandomValues(new Uint32Array(4)), (word) =>
    word.toString(36).padStart(7, '0'),
  ).join('')
}
