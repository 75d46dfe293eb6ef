// What a migration may not do while the release before it still runs. Parts of a statement are told by words, not parsed: it is
// a question to who writes a migration, and `-- contract: why` in front of the statement is the answer.

const breaking: readonly (readonly [pattern: RegExp, what: string])[] = [
  [/\bdrop\s+(?:table|column|view|function|type|domain|schema)\b/iu, 'takes something away'],
  [/\brename\s+(?:to|column|constraint)\b/iu, 'gives something another name'],
  [/\balter\s+column\s+\S+\s+(?:set\s+data\s+)?type\b/iu, 'changes the type of a column'],
  [/\bset\s+not\s+null\b/iu, 'wants a value that the release before may not write'],
  [
    /\badd\s+(?:column\s+)?(?!constraint\b)(?![^,;]*\b(?:default|generated)\b)[^,;]*\bnot\s+null\b/iu,
    'adds a column that the release before does not fill',
  ],
  [
    /\badd\s+constraint\b(?![^;]*\bnot\s+valid\b)/iu,
    'refuses what the release before may write; `not valid` leaves what is there unread',
  ],
  [/\brevoke\b(?![^;]*\bfrom\s+public\b)/iu, 'takes a right away'],
]

/** Each statement that the release before might not live with, and why. */
export function breakingStatements(sql: string): { statement: string; why: string }[] {
  return statementsOf(sql).flatMap((statement) => {
    if (/^\s*--\s*contract:\s*\S/mu.test(statement)) return []
    // What a function does is between those who call it; a text is no statement.
    const bare = statement.replaceAll(/--.*$|\$(\w*)\$[^]*?\$\1\$|'(?:[^']|'')*'/gmu, '').trim()
    return breaking
      .filter(([pattern]) => pattern.test(bare))
      .map(([, why]) => ({ statement: bare, why }))
  })
}

/** Comments stay with the statement that follows; bodies of functions, between dollars, are of one statement. */
function statementsOf(sql: string): string[] {
  return sql.match(/(?:\$(\w*)\$[^]*?\$\1\$|--.*|'(?:[^']|'')*'|[^;])+;?/gu) ?? []
}
