import type { Pool, PoolClient } from 'pg'

/** What a mutation is answered with. */
export interface Answer {
  readonly status: 200 | 201 | 202 | 204 | 207
  readonly headers: Readonly<Record<string, string>>
  readonly body: object | null
}

export interface StoredAnswer extends Answer {
  readonly requestHash: Buffer
}

/**
 * First statement of a mutation: what follows is done by this key, as the audit log has it. Until the transaction ends nobody else has the
 * Idempotency-Key; false while another one has it, which also means that its effect is not yet decided.
 */
export async function beginMutation(
  client: PoolClient,
  keyId: string,
  idempotencyKey: string | undefined,
): Promise<boolean> {
  const { rows } = await client.query<{ locked: boolean }>({
    name: 'begin_mutation',
    text: `
      select set_config('sleepwell.key_id', $1, true),
        $2::text is null or pg_try_advisory_xact_lock(hashtextextended($1 || ' ' || $2, 0)) as locked`,
    values: [keyId, idempotencyKey ?? null],
  })
  return rows[0]?.locked === true
}

/** A statement of its own, after the lock: only then does it see what the last holder committed. */
export async function findAnswer(
  postgres: Pool | PoolClient,
  keyId: string,
  idempotencyKey: string,
): Promise<StoredAnswer | 'absent'> {
  const { rows } = await postgres.query<StoredAnswer>({
    name: 'find_answer',
    text: `
      select status, headers, body, request_hash as "requestHash" from idempotent_answers
      where key_id = $1 and idempotency_key = $2`,
    values: [keyId, idempotencyKey],
  })
  return rows[0] ?? 'absent'
}

export async function insertAnswer(
  client: PoolClient,
  keyId: string,
  idempotencyKey: string,
  answer: StoredAnswer,
): Promise<void> {
  const { status, headers, body, requestHash } = answer
  await client.query({
    name: 'insert_answer',
    text: `
      insert into idempotent_answers (key_id, idempotency_key, request_hash, status, headers, body)
      values ($1, $2, $3, $4, $5, $6)`,
    values: [
      keyId,
      idempotencyKey,
      requestHash,
      status,
      JSON.stringify(headers),
      body === null ? null : JSON.stringify(body),
    ],
  })
}
