import { clicksTopic } from '@sleepwell/contracts/click'

export interface KafkaAddress {
  readonly brokers: readonly string[]
  readonly topic: string
  /** `kafkas:`: TLS, and a password by SCRAM-SHA-512. */
  readonly secure: boolean
  readonly user?: { readonly name: string; readonly password: string }
}

const shape =
  /^(?<scheme>kafkas?):\/\/(?:(?<user>[^@/?#]*)@)?(?<brokers>[^@/?#]+)\/?(?:\?(?<query>[^#]*))?$/u
const broker = /^(?:[\w.-]+|\[[0-9a-f:.]+\])(?::(?<port>\d{1,5}))?$/iu
const topicName = /^[\w.-]{1,249}$/u
const usualPort = 9092

/** `kafka://b1:9092,b2` or `kafkas://user:password@b1,b2`, and `?topic=`. Several hosts are more than a URL can hold. */
export function readKafkaUrl(text: string): KafkaAddress | 'invalid' {
  const parts = shape.exec(text)?.groups
  if (parts === undefined) return 'invalid'
  const brokers = (parts.brokers ?? '').split(',').map(withPort)
  const query = new URLSearchParams(parts.query)
  const topic = query.get('topic') ?? clicksTopic
  const user = parts.user === undefined ? undefined : readUser(parts.user)
  const secure = parts.scheme === 'kafkas'
  if (
    brokers.includes('invalid') ||
    user === 'invalid' ||
    // A password must not cross the network in the clear.
    (user !== undefined && !secure) ||
    !topicName.test(topic) ||
    [...query.keys()].some((key) => key !== 'topic')
  )
    return 'invalid'
  return { brokers, topic, secure, ...(user && { user }) }
}

function withPort(text: string): string {
  const match = broker.exec(text)
  const port = Number(match?.groups?.port ?? usualPort)
  if (match === null || port < 1 || port > 65_535) return 'invalid'
  return match.groups?.port === undefined ? `${text}:${port}` : text
}

function readUser(text: string): { name: string; password: string } | 'invalid' {
  const [name = '', password] = text.split(':', 2)
  try {
    if (name === '' || password === undefined) return 'invalid'
    return { name: decodeURIComponent(name), password: decodeURIComponent(password) }
  } catch {
    return 'invalid'
  }
}
