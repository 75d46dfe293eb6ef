import type { LiveClicks, LiveGap } from '@sleepwell/contracts/report'

/** What the stream tells: clicks that came into the reports, or that some may have been missed. */
export type LiveEvent =
  | { readonly event: 'clicks'; readonly id: string; readonly data: LiveClicks }
  | { readonly event: 'gap'; readonly id: string; readonly data: LiveGap }

/** All up to here was told: what a quiet stream says. */
export interface Position {
  readonly event: 'position'
  readonly id: string
}

/** Server-sent events; ends when the stream does. Of comments, and of events that nobody knows yet, the id is left. */
export async function* readEvents(
  body: ReadableStream<Uint8Array>,
): AsyncGenerator<LiveEvent | Position> {
  const decoder = new TextDecoder()
  const reader = body.getReader()
  let waiting = ''
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      waiting += decoder.decode(value, { stream: true })
      const blocks = waiting.split(/\r?\n\r?\n/u)
      waiting = blocks.pop() ?? ''
      for (const block of blocks) {
        const event = readEvent(block)
        if (event !== undefined) yield event
      }
    }
  } finally {
    // Whoever stops listening leaves the stream.
    await reader.cancel().catch(() => {})
  }
}

function readEvent(block: string): LiveEvent | Position | undefined {
  const fields = new Map<string, string>()
  for (const line of block.split(/\r?\n/u)) {
    const [, name = '', value = ''] = /^([^:]*):? ?(.*)$/u.exec(line) ?? []
    const before = fields.get(name)
    fields.set(name, name === 'data' && before !== undefined ? `${before}\n${value}` : value)
  }
  const event = fields.get('event')
  const id = fields.get('id') ?? ''
  if (event !== 'clicks' && event !== 'gap')
    return id === '' ? undefined : { event: 'position', id }
  const data = JSON.parse(fields.get('data') ?? 'null') as never
  return { event, id, data }
}
