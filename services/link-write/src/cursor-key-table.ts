import type { Pool } from 'pg'

export async function findCursorKey(postgres: Pool): Promise<Buffer> {
  const { rows } = await postgres.query<{ key: Buffer }>({
    name: 'find_cursor_key',
    text: 'select key from cursor_key',
  })
  const [row] = rows
  if (row === undefined) throw new Error('there is no cursor key')
  return row.key
}
