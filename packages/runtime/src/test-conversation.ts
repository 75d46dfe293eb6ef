import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

/** A connection on which a test says exactly what it wants, well-formed or not. */
export interface Conversation extends Disposable {
  readonly socket: Socket
  readonly say: (text: string) => void
  /** Everything heard once the other side has closed. */
  readonly rest: () => Promise<string>
  /** Resolves as soon as what was heard contains `text`. */
  readonly hears: (text: string) => Promise<void>
}

export async function openConversation(port: number): Promise<Conversation> {
  const socket = connect(port, '127.0.0.1')
  let heard = ''
  socket.setEncoding('utf8').on('data', (text: string) => (heard += text))
  // A reset after the answer is an end too.
  socket.on('error', () => {})
  const closed = new Promise((resolve) => socket.once('close', resolve))
  await once(socket, 'connect')
  return {
    socket,
    say: (text) => void socket.write(text),
    rest: async () => {
      await closed
      return heard
    },
    hears: async (text) => {
      while (!heard.includes(text)) await once(socket, 'data')
    },
    [Symbol.dispose]: () => socket.destroy(),
  }
}
