/** What every client is put through. `README.md` says of each what a program does; `harness.ts` makes the topics that they use. */

export const CODECS = ['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const;
export type CodecName = (typeof CODECS)[number];

export const SCENARIOS = [
  ...CODECS,
  'read-others',
  'round-trip',
  'offsets',
  'administration',
  'configuration',
  'groups',
  'static-members',
  'cooperative',
  'next-groups',
  'group-administration',
  'transactions',
  'transactional-offsets',
  'share',
] as const;

export type Scenario = (typeof SCENARIOS)[number];

/** Of Kafka's own command-line tools: one scenario for each. */
export const TOOLS = [
  'broker-api-versions',
  'topics',
  'console-producer',
  'console-consumer',
  'get-offsets',
  'configs',
  'delete-records',
  'consumer-groups',
  'groups',
  'verifiable-producer',
  'verifiable-consumer',
  'log-dirs',
  'reassign-partitions',
  'leader-election',
  'transactions',
  'acls',
  'streams-groups',
  'share-groups',
  'cluster',
] as const;

/** `not-offered`: the client has no such thing. `skipped`: what it is built with is not on this machine. */
export type Outcome = 'passed' | 'failed' | 'not-offered' | 'skipped';

export interface Result {
  readonly scenario: string;
  readonly outcome: Outcome;
  /** Of a failure: why. */
  readonly detail: string;
  readonly ms: number;
}

/** Partitions of the topics `<prefix>-<name>` that are there before a program begins. */
export const TOPICS: Readonly<Record<string, number>> = {
  ...Object.fromEntries(CODECS.map((codec) => [codec, 1])),
  'round-trip': 1,
  offsets: 1,
  groups: 4,
  'static-members': 4,
  cooperative: 4,
  'next-groups': 4,
  'group-administration': 1,
  transactions: 1,
  share: 4,
  source: 1,
  sink: 1,
};

/** Records of each codec's topic. */
export const CODEC_RECORDS = 200;
/** `seed-0` … in the topic that all clients read, in batches of so many, one codec after the other. */
export const SEED_TOPIC = 'seed';
export const SEED_RECORDS = 100;

const DATA: readonly Scenario[] = [...CODECS, 'read-others', 'round-trip', 'offsets'];
const ADMINISTRATION: readonly Scenario[] = ['administration', 'configuration'];

/** The clients of the short form, and what they do in it. */
export const SHORT_FORM: Readonly<Record<string, readonly string[]>> = {
  kcat: DATA,
  // It reads in groups alone.
  kafkajs: ['offsets', ...ADMINISTRATION],
  'python-confluent': [...DATA, ...ADMINISTRATION],
  'java-4': [...DATA, ...ADMINISTRATION],
  'go-franz': [...DATA, ...ADMINISTRATION],
};
