/** SQLSTATE 21: cardinality, 22: data, 23: constraint, 54: limits. The same data would be refused for ever. */
export function isRefusal(error: unknown): boolean {
  return error instanceof Error && 'code' in error && /^(21|22|23|54)...$/u.test(String(error.code))
}
