// What a node of Patroni is told.

export interface PatroniTimes {
  /** For so long a leader that says nothing is the leader. */
  readonly ttlSeconds: number
  readonly loopSeconds: number
  /** loop + 2 * retry <= ttl, or a leader gives up before others may follow. */
  readonly retrySeconds: number
}

export interface PatroniConfigOptions {
  readonly name: string
  readonly host: string
  readonly ports: { readonly postgres: number; readonly rest: number }
  readonly directory: string
  /** Where initdb, postgres, pg_rewind and the others are. */
  readonly programs: string
  readonly etcd: readonly string[]
  readonly password: string
  readonly times: PatroniTimes
  /** Whether nothing is acknowledged that one server alone has. */
  readonly synchronous: boolean
  /** Of Postgres, beside those that replication needs. */
  readonly settings: Readonly<Record<string, string>>
}

/** As JSON, which is YAML too. */
export function patroniConfig(options: PatroniConfigOptions): string {
  const { name, host, ports, directory, programs, password } = options
  const postgres = `${host}:${ports.postgres}`
  const rest = `${host}:${ports.rest}`
  return JSON.stringify({
    scope: 'sleepwell',
    name,
    restapi: { listen: rest, connect_address: rest },
    // Not `etcd3`: over that API Patroni before 3.1 writes the leader's key without a condition, so that a primary that was frozen takes
    // the cluster back when it thaws, without what was acknowledged meanwhile (patroni/patroni#2689).
    etcd: { hosts: options.etcd },
    bootstrap: {
      dcs: dynamicConfig(options),
      initdb: [{ encoding: 'UTF8' }, { locale: 'C.UTF-8' }, 'data-checksums'],
    },
    postgresql: {
      listen: postgres,
      connect_address: postgres,
      data_dir: `${directory}/data`,
      bin_dir: programs,
      pgpass: `${directory}/pgpass`,
      authentication: {
        superuser: { username: 'postgres', password },
        replication: { username: 'replicator', password },
        rewind: { username: 'postgres', password },
      },
      basebackup: [{ checkpoint: 'fast' }],
      parameters: { unix_socket_directories: '' },
      pg_hba: ['host replication replicator all scram-sha-256', 'host all all all scram-sha-256'],
    },
  })
}

function dynamicConfig({ times, synchronous, settings }: PatroniConfigOptions) {
  return {
    ttl: times.ttlSeconds,
    loop_wait: times.loopSeconds,
    retry_timeout: times.retrySeconds,
    // Of matter only where commits wait for nobody.
    maximum_lag_on_failover: 1024 * 1024,
    // A Postgres that died is not started again while a replica could take over.
    primary_start_timeout: 0,
    synchronous_mode: synchronous,
    // Not even while no other server is there.
    synchronous_mode_strict: synchronous,
    postgresql: {
      use_pg_rewind: true,
      use_slots: true,
      parameters: {
        wal_level: 'replica',
        hot_standby: 'on',
        wal_log_hints: 'on',
        wal_keep_size: '256MB',
        max_wal_senders: 10,
        max_replication_slots: 10,
        wal_sender_timeout: '3s',
        wal_receiver_timeout: '3s',
        wal_retrieve_retry_interval: '500ms',
        shared_buffers: '32MB',
        max_connections: 200,
        password_encryption: 'scram-sha-256',
        ...settings,
      },
    },
  }
}
