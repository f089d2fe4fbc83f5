/** kafkajs. Its codecs beside gzip are brought by whoever uses it: here ours. */
import { nodeCodecs } from '@flowmesh/compression';
import kafkajs from 'kafkajs';
import type { Consumer, KafkaMessage } from 'kafkajs';
import { type ProgramContext, runProgram, same, until } from '../../program.ts';
import { CODEC_RECORDS, SEED_RECORDS, SEED_TOPIC } from '../../scenarios.ts';

const { CompressionCodecs, CompressionTypes, ConfigResourceTypes, Kafka, logLevel, Partitioners } = kafkajs;
const TYPES = {
  none: CompressionTypes.None,
  gzip: CompressionTypes.GZIP,
  snappy: CompressionTypes.Snappy,
  lz4: CompressionTypes.LZ4,
  zstd: CompressionTypes.ZSTD,
} as const;
const DECOMPRESSED_MAX = 1 << 26;

for (const name of ['snappy', 'lz4', 'zstd'] as const) {
  CompressionCodecs[TYPES[name]] = () => ({
    compress: async (encoder: { buffer: Buffer }) =>
      Buffer.from(nodeCodecs[name]?.compress(encoder.buffer) ?? encoder.buffer),
    decompress: async (bytes: Buffer) =>
      Buffer.from(nodeCodecs[name]?.decompress(bytes, DECOMPRESSED_MAX) ?? bytes),
  });
}

const kafkaAt = ({ bootstrap }: ProgramContext) =>
  new Kafka({ brokers: [bootstrap], logLevel: logLevel.NOTHING, retry: { retries: 5 } });

async function send(
  context: ProgramContext,
  topic: string,
  messages: Parameters<ReturnType<InstanceType<typeof Kafka>['producer']>['send']>[0]['messages'],
  compression: (typeof TYPES)[keyof typeof TYPES] = TYPES.none,
): Promise<void> {
  const producer = kafkaAt(context).producer({ createPartitioner: Partitioners.DefaultPartitioner });
  await producer.connect();
  try {
    await producer.send({ topic, messages, compression, acks: -1 });
  } finally {
    await producer.disconnect();
  }
}

/** The first so many records, read in a group that nobody else is in. */
async function read(
  context: ProgramContext,
  topic: string,
  count: number,
  options: { readUncommitted?: boolean } = {},
): Promise<readonly KafkaMessage[]> {
  const groupId = `${context.prefix}-read-${topic}-${String(options.readUncommitted ?? false)}`;
  const consumer = kafkaAt(context).consumer({ groupId, ...options });
  const found: KafkaMessage[] = [];
  await consumer.connect();
  try {
    await consumer.subscribe({ topics: [topic], fromBeginning: true });
    await consumer.run({ eachMessage: async ({ message }) => void found.push(message) });
    await until(
      () => `${count} records of ${topic}, ${found.length} are there`,
      () => found.length >= count,
    );
  } finally {
    await consumer.disconnect();
  }
  return found;
}

const texts = (messages: readonly KafkaMessage[]) => messages.map(({ value }) => String(value));
const numbered = (count: number, name = 'v') => Array.from({ length: count }, (_, i) => `${name}-${i}`);

function codec(name: keyof typeof TYPES) {
  return async (context: ProgramContext) => {
    const topic = `${context.prefix}-${name}`;
    const values = numbered(CODEC_RECORDS).map((value) => `${value} ${'x'.repeat(500)}`);
    await send(
      context,
      topic,
      values.map((value) => ({ value })),
      TYPES[name],
    );
    same('records', texts(await read(context, topic, values.length)), values);
  };
}

async function roundTrip(context: ProgramContext): Promise<void> {
  const topic = `${context.prefix}-round-trip`;
  const timestamp = '1700000000123';
  await send(context, topic, [
    { key: 'k1', value: 'v1', timestamp, headers: { a: ['1', '2'], empty: '' } },
    { key: 'k2', value: null, timestamp },
    { key: null, value: 'v3', timestamp },
  ]);
  const found = (await read(context, topic, 3)).map(({ key, value, timestamp: time, headers }) => ({
    key: key?.toString(),
    value: value?.toString(),
    time,
    headers: Object.entries(headers ?? {}).map(([name, given]) => [name, String(given)]),
  }));
  same('records', found, [
    {
      key: 'k1',
      value: 'v1',
      time: timestamp,
      headers: [
        ['a', '1,2'],
        ['empty', ''],
      ],
    },
    { key: 'k2', time: timestamp, headers: [] },
    { value: 'v3', time: timestamp, headers: [] },
  ]);
}

async function offsets(context: ProgramContext): Promise<void> {
  const topic = `${context.prefix}-offsets`;
  await send(
    context,
    topic,
    ['1000', '2000', '3000'].map((timestamp) => ({ value: 'v', timestamp })),
  );
  const admin = kafkaAt(context).admin();
  await admin.connect();
  try {
    const [ends] = await admin.fetchTopicOffsets(topic);
    same('ends', [ends?.low, ends?.high], ['0', '3']);
    const [at] = await admin.fetchTopicOffsetsByTimestamp(topic, 1_500);
    same('offset at 1500', at?.offset, '1');
  } finally {
    await admin.disconnect();
  }
}

async function administration(context: ProgramContext): Promise<void> {
  const topic = `${context.prefix}-made`;
  const admin = kafkaAt(context).admin();
  await admin.connect();
  try {
    const configEntries = [{ name: 'retention.ms', value: '3600000' }];
    const made = { topic, numPartitions: 2, replicationFactor: 1, configEntries };
    await admin.createTopics({ timeout: 60_000, topics: [made] });
    same('listed', (await admin.listTopics()).includes(topic), true);
    await admin.createPartitions({ topicPartitions: [{ topic, count: 3 }] });
    const described = await admin.fetchTopicMetadata({ topics: [topic] });
    same('partitions', described.topics[0]?.partitions.length, 3);
    await send(
      context,
      topic,
      numbered(10).map((value) => ({ value, partition: 0 })),
    );
    await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: '5' }] });
    const ends = await admin.fetchTopicOffsets(topic);
    same('begins', ends.find(({ partition }) => partition === 0)?.low, '5');
    await admin.deleteTopics({ topics: [topic] });
    same('listed', (await admin.listTopics()).includes(topic), false);
  } finally {
    await admin.disconnect();
  }
}

async function configuration(context: ProgramContext): Promise<void> {
  const name = `${context.prefix}-offsets`;
  const type = ConfigResourceTypes.TOPIC;
  const admin = kafkaAt(context).admin();
  await admin.connect();
  try {
    const entry = { name: 'retention.ms', value: '7200000' };
    await admin.alterConfigs({ validateOnly: false, resources: [{ type, name, configEntries: [entry] }] });
    const { resources } = await admin.describeConfigs({
      includeSynonyms: false,
      resources: [{ type, name }],
    });
    const found = resources[0]?.configEntries.find(({ configName }) => configName === 'retention.ms');
    same('retention.ms', found?.configValue, '7200000');
  } finally {
    await admin.disconnect();
  }
}

interface Member {
  readonly consumer: Consumer;
  readonly values: string[];
  partitions: readonly number[];
}

async function join(context: ProgramContext, topic: string, groupId: string): Promise<Member> {
  const consumer = kafkaAt(context).consumer({ groupId, sessionTimeout: 10_000, heartbeatInterval: 500 });
  const member: Member = { consumer, values: [], partitions: [] };
  consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
    member.partitions = payload.memberAssignment[topic] ?? [];
  });
  await consumer.connect();
  await consumer.subscribe({ topics: [topic], fromBeginning: true });
  const eachMessage = async ({ message }: { message: KafkaMessage }) =>
    void member.values.push(String(message.value));
  await consumer.run({ autoCommitThreshold: 20, autoCommitInterval: 200, eachMessage });
  return member;
}

async function groups(context: ProgramContext): Promise<void> {
  const topic = `${context.prefix}-groups`;
  const groupId = `${context.prefix}-group`;
  const write = (from: number, count: number) =>
    send(
      context,
      topic,
      Array.from({ length: count }, (_, i) => ({ value: `v-${from + i}`, partition: (from + i) % 4 })),
    );
  const members: Member[] = [];
  const holds = (member: Member, count: number) => member.partitions.length === count;
  try {
    const a = await join(context, topic, groupId);
    members.push(a);
    await until(
      () => 'four partitions for one',
      () => holds(a, 4),
    );
    const b = await join(context, topic, groupId);
    members.push(b);
    await until(
      () => 'two for each',
      () => holds(a, 2) && holds(b, 2),
    );
    same(
      'all partitions',
      [...a.partitions, ...b.partitions].sort((x, y) => x - y),
      [0, 1, 2, 3],
    );
    await write(0, 40);
    const total = () => a.values.length + b.values.length;
    await until(
      () => `40 records, ${total()} are there`,
      () => total() >= 40,
    );
    same('both read', a.values.length > 0 && b.values.length > 0, true);
    await b.consumer.disconnect();
    await until(
      () => 'four partitions again',
      () => holds(a, 4),
    );
    await write(40, 40);
    await until(
      () => `80 records, ${total()} are there`,
      () => total() >= 80,
    );
    same('each once', new Set([...a.values, ...b.values]).size, total());
    await a.consumer.disconnect();
    const c = await join(context, topic, groupId);
    members.push(c);
    await until(
      () => 'four partitions for the next',
      () => holds(c, 4),
    );
    await write(80, 4);
    await until(
      () => 'four new records',
      () => c.values.length >= 4,
    );
    same('only what is new', [...c.values].sort(), ['v-80', 'v-81', 'v-82', 'v-83']);
  } finally {
    await Promise.all(members.map(({ consumer }) => consumer.disconnect()));
  }
}

async function groupAdministration(context: ProgramContext): Promise<void> {
  const topic = `${context.prefix}-group-administration`;
  const groupId = `${context.prefix}-read-${topic}-false`;
  await send(
    context,
    topic,
    numbered(3).map((value) => ({ value })),
  );
  await read(context, topic, 3);
  const admin = kafkaAt(context).admin();
  await admin.connect();
  try {
    const listed = (await admin.listGroups()).groups;
    same(
      'listed',
      listed.some((group) => group.groupId === groupId),
      true,
    );
    const described = (await admin.describeGroups([groupId])).groups[0];
    same('described', [described?.state, described?.members.length], ['Empty', 0]);
    const committed = async () =>
      (await admin.fetchOffsets({ groupId, topics: [topic] }))[0]?.partitions[0]?.offset;
    same('committed', await committed(), '3');
    await admin.setOffsets({ groupId, topic, partitions: [{ partition: 0, offset: '1' }] });
    same('set', await committed(), '1');
    await admin.deleteGroups([groupId]);
    same(
      'gone',
      (await admin.listGroups()).groups.some((group) => group.groupId === groupId),
      false,
    );
  } finally {
    await admin.disconnect();
  }
}

async function transactions(context: ProgramContext): Promise<void> {
  const topic = `${context.prefix}-transactions`;
  const producer = kafkaAt(context).producer({
    transactionalId: `${context.prefix}-txn`,
    maxInFlightRequests: 1,
    idempotent: true,
    createPartitioner: Partitioners.DefaultPartitioner,
  });
  await producer.connect();
  try {
    for (const [name, commit] of [
      ['first', true],
      ['second', false],
      ['third', true],
    ] as const) {
      const transaction = await producer.transaction();
      await transaction.send({ topic, messages: numbered(10, name).map((value) => ({ value })) });
      if (commit) await transaction.commit();
      else await transaction.abort();
    }
  } finally {
    await producer.disconnect();
  }
  const committed = [...numbered(10, 'first'), ...numbered(10, 'third')];
  same('committed', texts(await read(context, topic, 20)), committed);
  same('all', (await read(context, topic, 30, { readUncommitted: true })).length, 30);
}

async function transactionalOffsets(context: ProgramContext): Promise<void> {
  const { prefix } = context;
  const [source, sink] = [`${prefix}-source`, `${prefix}-sink`];
  const consumerGroupId = `${prefix}-transform`;
  await send(
    context,
    source,
    numbered(10).map((value) => ({ value })),
  );
  const kafka = kafkaAt(context);
  const producer = kafka.producer({
    transactionalId: `${prefix}-transform`,
    maxInFlightRequests: 1,
    idempotent: true,
  });
  await producer.connect();
  const admin = kafka.admin();
  await admin.connect();
  try {
    const commit = async (offset: string, commits: boolean) => {
      const transaction = await producer.transaction();
      await transaction.send({ topic: sink, messages: [{ value: `to ${offset}` }] });
      const topics = [{ topic: source, partitions: [{ partition: 0, offset }] }];
      await transaction.sendOffsets({ consumerGroupId, topics });
      if (commits) await transaction.commit();
      else await transaction.abort();
    };
    await commit('10', true);
    await commit('5', false);
    const found = await admin.fetchOffsets({ groupId: consumerGroupId, topics: [source] });
    same('committed', found[0]?.partitions[0]?.offset, '10');
    same('written', texts(await read(context, sink, 1)), ['to 10']);
  } finally {
    await producer.disconnect();
    await admin.disconnect();
  }
}

const { version } = (await import('kafkajs/package.json', { with: { type: 'json' } })).default;
await runProgram(version, {
  none: codec('none'),
  gzip: codec('gzip'),
  snappy: codec('snappy'),
  lz4: codec('lz4'),
  zstd: codec('zstd'),
  'read-others': async (context) =>
    same('seed', texts(await read(context, SEED_TOPIC, SEED_RECORDS)), numbered(SEED_RECORDS, 'seed')),
  'round-trip': roundTrip,
  offsets,
  administration,
  configuration,
  groups,
  'group-administration': groupAdministration,
  transactions,
  'transactional-offsets': transactionalOffsets,
});
