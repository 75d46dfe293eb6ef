import { types } from 'node:util'
import { clicksTopicRetentionDays } from '@sleepwell/contracts/click'

export interface TopicWish {
  readonly topic: string
  readonly partitions: number
  /** Copies of each record; if absent three, or as many as there are brokers. */
  readonly replication?: number | undefined
}

/** The part of kafkajs's admin client that is used here. */
export interface TopicAdmin {
  readonly describeCluster: () => Promise<{ brokers: readonly unknown[] }>
  readonly createTopics: (wish: {
    waitForLeaders: boolean
    topics: {
      topic: string
      numPartitions: number
      replicationFactor: number
      configEntries: { name: string; value: string }[]
    }[]
  }) => Promise<boolean>
  readonly fetchTopicMetadata: (of: {
    topics: string[]
  }) => Promise<{ topics: { partitions: { replicas: readonly number[] }[] }[] }>
  readonly describeConfigs: (of: {
    includeSynonyms: boolean
    resources: { type: number; name: string; configNames: string[] }[]
  }) => Promise<{ resources: { configEntries: { configName: string; configValue: string }[] }[] }>
}

export interface TopicOutcome {
  readonly made: boolean
  /** What it is like. */
  readonly settings: Settings
  /** Where that is not what was wished, a sentence each. */
  readonly wrong: readonly string[]
}

type Settings = Readonly<Record<string, number>>

const topicResource = 2
const dayMs = 86_400_000

/** Makes the topic, unless it is there; then it is left as it is, and compared. */
export async function ensureTopic(admin: TopicAdmin, wish: TopicWish): Promise<TopicOutcome> {
  const { topic, partitions } = wish
  const replication =
    wish.replication ?? Math.min(3, (await admin.describeCluster()).brokers.length)
  // With one of three copies away, clicks are still taken.
  const configs = {
    'min.insync.replicas': replication >= 3 ? 2 : 1,
    'retention.ms': clicksTopicRetentionDays * dayMs,
  }
  const made = await told(
    admin.createTopics({
      waitForLeaders: true,
      topics: [
        {
          topic,
          numPartitions: partitions,
          replicationFactor: replication,
          configEntries: Object.entries(configs).map(([name, value]) => ({
            name,
            value: `${value}`,
          })),
        },
      ],
    }),
  )
  const wished: Settings = { partitions, replication, ...configs }
  const settings = await describe(admin, topic, Object.keys(configs))
  const wrong = Object.entries(wished)
    .filter(([name, value]) => settings[name] !== value)
    .map(([name, value]) => `${name} is ${settings[name]}, and should be ${value}`)
  return { made, settings, wrong }
}

/** kafkajs gathers what was refused, and says only that something was. */
async function told<T>(asked: Promise<T>): Promise<T> {
  try {
    return await asked
  } catch (error) {
    if (!types.isNativeError(error) || !('errors' in error) || !Array.isArray(error.errors))
      throw error
    throw new Error(error.errors.map(String).join('; '), { cause: error })
  }
}

async function describe(admin: TopicAdmin, topic: string, names: string[]): Promise<Settings> {
  const { topics } = await admin.fetchTopicMetadata({ topics: [topic] })
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: [{ type: topicResource, name: topic, configNames: names }],
  })
  const partitions = topics[0]?.partitions ?? []
  const entries = resources[0]?.configEntries ?? []
  return {
    partitions: partitions.length,
    replication: Math.min(...partitions.map(({ replicas }) => replicas.length)),
    ...Object.fromEntries(entries.map((entry) => [entry.configName, Number(entry.configValue)])),
  }
}
