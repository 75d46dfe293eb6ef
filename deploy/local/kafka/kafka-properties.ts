// server.properties of a broker that is its own controller (KRaft).

export interface Node {
  readonly id: number
  readonly host: string
  readonly port: number
  readonly controllerPort: number
  /** Set: a second listener, with TLS and passwords. */
  readonly tls?: { readonly port: number; readonly keyStore: string; readonly trustStore: string }
}

/** @param nodes all of the cluster; what is kept is kept on each of them */
export function serverProperties(node: Node, nodes: readonly Node[], data: string): string {
  const copies = nodes.length
  const settings: Record<string, string | number | boolean> = {
    'process.roles': 'broker,controller',
    'node.id': node.id,
    'controller.quorum.voters': nodes
      .map(({ id, host, controllerPort }) => `${id}@${host}:${controllerPort}`)
      .join(','),
    ...listeners(node),
    'log.dirs': data,
    'auto.create.topics.enable': false,
    'default.replication.factor': copies,
    'min.insync.replicas': Math.min(2, copies),
    'offsets.topic.replication.factor': copies,
    'offsets.topic.num.partitions': 4,
    'transaction.state.log.replication.factor': copies,
    'transaction.state.log.min.isr': Math.min(2, copies),
    'transaction.state.log.num.partitions': 1,
    'unclean.leader.election.enable': false,
    // A consumer that just came, or just went, is not worth waiting for another one.
    'group.initial.rebalance.delay.ms': 0,
    'group.min.session.timeout.ms': 1000,
    // Small: it shares a machine with everything else.
    'num.network.threads': 2,
    'num.io.threads': 2,
    'num.recovery.threads.per.data.dir': 1,
    'log.cleaner.dedupe.buffer.size': 1_048_577,
    'log.segment.bytes': 16_777_216,
    'log.index.size.max.bytes': 1_048_576,
    // Without it every start on existing data waits until the session of the last life has run out.
    'controlled.shutdown.enable': true,
    'broker.session.timeout.ms': 2000,
    'broker.heartbeat.interval.ms': 400,
    'controller.quorum.fetch.timeout.ms': 1000,
    'controller.quorum.election.timeout.ms': 500,
    'controller.quorum.request.timeout.ms': 1000,
  }
  return Object.entries(settings)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('')
}

function listeners({ host, port, controllerPort, tls }: Node): Record<string, string> {
  const plain = `BROKER://${host}:${port}`
  const all = [plain, ...(tls === undefined ? [] : [`SECURE://${host}:${tls.port}`])]
  return {
    listeners: [...all, `CONTROLLER://${host}:${controllerPort}`].join(','),
    'advertised.listeners': all.join(','),
    'listener.security.protocol.map': 'BROKER:PLAINTEXT,CONTROLLER:PLAINTEXT,SECURE:SASL_SSL',
    'inter.broker.listener.name': 'BROKER',
    'controller.listener.names': 'CONTROLLER',
    ...(tls === undefined ? {} : secure(tls)),
  }
}

function secure(tls: NonNullable<Node['tls']>): Record<string, string> {
  const scram = 'org.apache.kafka.common.security.scram.ScramLoginModule required;'
  const settings = {
    'ssl.keystore.type': 'PEM',
    'ssl.keystore.location': tls.keyStore,
    'ssl.truststore.type': 'PEM',
    'ssl.truststore.location': tls.trustStore,
    'sasl.enabled.mechanisms': 'SCRAM-SHA-512',
    'scram-sha-512.sasl.jaas.config': scram,
  }
  return Object.fromEntries(
    Object.entries(settings).map(([name, value]) => [`listener.name.secure.${name}`, value]),
  )
}
