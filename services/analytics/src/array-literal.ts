// Arrays as Postgres reads them. pg writes them too, five times as slowly: for 20,000 clicks in 19 columns that was a
// tenth of all that counting them costs.

/** Of values that need no quotes: numbers, booleans, UUIDs, times. */
export function plainArray(values: readonly (number | boolean | string)[]): string {
  return `{${values.join()}}`
}

export function textArray(values: readonly (string | null)[]): string {
  return `{${values.map(quoted).join()}}`
}

const special = /["\\]/gu

function quoted(text: string | null): string {
  if (text === null) return 'NULL'
  return `"${text.replace(special, String.raw`\$&`)}"`
}
