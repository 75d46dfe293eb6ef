// The command lines with which Kafka's programs run on the JVM.
import { createHash } from 'node:crypto'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { KafkaJars } from './kafka-jars.ts'

const log4j = fileURLToPath(new URL('log4j2.properties', import.meta.url))

export interface KafkaJava {
  /** Words for `java`, up to and with the name of the program. */
  readonly format: readonly string[]
  readonly broker: readonly string[]
  /** The classes of a running broker, laid out for the next start: 1.3 s less of it. It is written at a stop. */
  readonly archive: string
}

/** @param trainInto where this broker shall write its archive when it stops, if there is none yet */
export function kafkaJava(jars: KafkaJars, trainInto?: string): KafkaJava {
  const version = createHash('sha256').update(jars.java).digest('hex').slice(0, 12)
  const archive = join(jars.folder, `classes-${version}.jsa`)
  // The archive holds for one class path, order included.
  const classPath = readdirSync(jars.folder)
    .filter((name) => name.endsWith('.jar'))
    .sort()
    .map((name) => join(jars.folder, name))
    .join(':')
  const small = ['-Xms64m', '-Xmx256m', '-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC']
  const flags = [...small, '-Xshare:auto', `-Dlog4j2.configurationFile=${log4j}`]
  const shared = existsSync(archive) ? [`-XX:SharedArchiveFile=${archive}`] : []
  const trained = trainInto === undefined ? [] : [`-XX:ArchiveClassesAtExit=${trainInto}`]
  return {
    archive,
    format: [...flags, ...shared, '-cp', classPath, 'kafka.tools.StorageTool', 'format'],
    broker: [...flags, ...(shared.length > 0 ? shared : trained), '-cp', classPath, 'kafka.Kafka'],
  }
}
