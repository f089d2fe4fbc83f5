/** @platformatic/kafka, out of the folder where it was installed: `program FOLDER BOOTSTRAP PREFIX SCENARIO,…`. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { type ProgramContext, runProgram, same, until } from '../../program.ts';
import { CODEC_RECORDS, CODECS, SEED_RECORDS, SEED_TOPIC } from '../../scenarios.ts';

/** What is used of it; its own types are where it is installed. */
interface Closable {
  close(force?: boolean): Promise<void>;
}
interface Outgoing {
  readonly topic: string;
  readonly key?: string | undefined;
  readonly value?: string | undefined;
  readonly partition?: number;
  readonly timestamp?: bigint;
  readonly headers?: ReadonlyMap<string, string>;
}
interface Sending {
  readonly messages: readonly Outgoing[];
  readonly compression?: string;
  readonly acks?: number;
}
interface Producing extends Closable {
  send(options: Sending): Promise<unknown>;
  beginTransaction(): Promise<Transacting>;
}
interface Transacting {
  send(options: Sending): Promise<unknown>;
  commit(): Promise<void>;
  abort(): Promise<void>;
}
interface Incoming {
  readonly key?: string | null;
  readonly value?: string | null;
  readonly timestamp: bigint;
  readonly headers: ReadonlyMap<string, string>;
}
interface Stream extends Closable {
  on(event: 'data', listener: (message: Incoming) => void): void;
  on(event: 'error', listener: (error: Error) => void): void;
}
interface Consuming extends Closable {
  readonly assignments: readonly { readonly topic: string; readonly partitions: readonly number[] }[] | null;
  consume(options: object): Promise<Stream>;
  listOffsets(options: object): Promise<ReadonlyMap<string, readonly bigint[]>>;
}
interface Administrating extends Closable {
  createTopics(options: object): Promise<unknown>;
  listTopics(): Promise<readonly string[]>;
  createPartitions(options: object): Promise<void>;
  deleteTopics(options: object): Promise<void>;
  metadata(
    options: object,
  ): Promise<{ readonly topics: ReadonlyMap<string, { readonly partitionsCount: number }> }>;
  describeConfigs(
    options: object,
  ): Promise<
    readonly { readonly configs: readonly { readonly name: string; readonly value: string | null }[] }[]
  >;
  incrementalAlterConfigs(options: object): Promise<void>;
  listGroups(): Promise<ReadonlyMap<string, unknown>>;
  describeGroups(
    options: object,
  ): Promise<ReadonlyMap<string, { readonly members: ReadonlyMap<string, unknown> }>>;
  deleteGroups(options: object): Promise<void>;
}
interface Library {
  readonly Producer: new (options: object) => Producing;
  readonly Consumer: new (options: object) => Consuming;
  readonly Admin: new (options: object) => Administrating;
  readonly stringSerializers: unknown;
  readonly stringDeserializers: unknown;
}

const [folder = ''] = process.argv.slice(2);
const requireThere = createRequire(path.join(folder, 'package.json'));
const manifest = path.join(folder, 'node_modules', '@platformatic', 'kafka', 'package.json');
const { version } = JSON.parse(readFileSync(manifest, 'utf8')) as { version: string };
const library = (await import(
  pathToFileURL(requireThere.resolve('@platformatic/kafka')).href
)) as unknown as Library;

const TOPIC_RESOURCE = 2;
const SET = 0;
const base = ({ bootstrap }: ProgramContext) => ({ clientId: 'matrix', bootstrapBrokers: [bootstrap] });
const numbered = (count: number, name = 'v', from = 0) =>
  Array.from({ length: count }, (_, i) => `${name}-${from + i}`);

async function using<T extends Closable, R>(one: T, work: (one: T) => Promise<R>): Promise<R> {
  try {
    return await work(one);
  } finally {
    await one.close();
  }
}

const producerOf = (context: ProgramContext, more: object = {}) =>
  new library.Producer({ ...base(context), serializers: library.stringSerializers, ...more });

async function send(
  context: ProgramContext,
  messages: readonly Outgoing[],
  compression = 'none',
): Promise<void> {
  await using(producerOf(context), (producer) => producer.send({ messages, compression, acks: -1 }));
}

/** A member of a group, and what it has read. */
class Member {
  readonly found: Incoming[] = [];
  private readonly consumer: Consuming;
  private stream: Stream | undefined;

  constructor(context: ProgramContext, groupId: string, more: object = {}) {
    this.consumer = new library.Consumer({
      ...base(context),
      groupId,
      deserializers: library.stringDeserializers,
      sessionTimeout: 10_000,
      rebalanceTimeout: 10_000,
      heartbeatInterval: 500,
      ...more,
    });
  }

  async join(topic: string): Promise<this> {
    const options = {
      topics: [topic],
      mode: 'committed',
      fallbackMode: 'earliest',
      autocommit: 100,
      maxWaitTime: 200,
    };
    this.stream = await this.consumer.consume(options);
    this.stream.on('data', (message) => this.found.push(message));
    this.stream.on('error', () => undefined);
    return this;
  }

  get partitions(): readonly number[] {
    return this.consumer.assignments?.flatMap(({ partitions }) => partitions) ?? [];
  }

  get values(): readonly string[] {
    return this.found.map(({ value }) => String(value));
  }

  async leave(): Promise<void> {
    await this.stream?.close();
    await this.consumer.close(true);
  }
}

async function read(
  context: ProgramContext,
  topic: string,
  count: number,
  more: object = {},
): Promise<Member> {
  const group = `${context.prefix}-read-${topic}-${Object.values(more).join('-')}`;
  const member = await new Member(context, group, more).join(topic);
  try {
    await until(
      () => `${count} records, ${member.found.length} are there`,
      () => member.found.length >= count,
    );
  } finally {
    await member.leave();
  }
  return member;
}

function codec(name: string) {
  return async (context: ProgramContext) => {
    const topic = `${context.prefix}-${name}`;
    const values = numbered(CODEC_RECORDS).map((value) => `${value} ${'x'.repeat(500)}`);
    await send(
      context,
      values.map((value) => ({ topic, value })),
      name,
    );
    same('records', (await read(context, topic, values.length)).values, values);
  };
}

async function roundTrip(context: ProgramContext): Promise<void> {
  const topic = `${context.prefix}-round-trip`;
  const timestamp = 1_700_000_000_123n;
  const headers = new Map([
    ['a', '1'],
    ['empty', ''],
  ]);
  await send(context, [
    { topic, key: 'k1', value: 'v1', timestamp, headers },
    { topic, key: 'k2', value: undefined, timestamp },
    { topic, key: undefined, value: 'v3', timestamp },
  ]);
  const { found } = await read(context, topic, 3);
  same(
    'records',
    found.map((one) => [one.key ?? '', one.value ?? '', String(one.timestamp), [...one.headers]]),
    [
      ['k1', 'v1', String(timestamp), [...headers]],
      ['k2', '', String(timestamp), []],
      ['', 'v3', String(timestamp), []],
    ],
  );
}

async function offsets(context: ProgramContext): Promise<void> {
  const topic = `${context.prefix}-offsets`;
  await send(
    context,
    [1_000n, 2_000n, 3_000n].map((timestamp) => ({ topic, value: 'v', timestamp })),
  );
  const consumer = new library.Consumer({ ...base(context), groupId: `${context.prefix}-alone` });
  await using(consumer, async () => {
    const at = async (timestamp: bigint) =>
      String((await consumer.listOffsets({ topics: [topic], timestamp })).get(topic)?.[0]);
    same('earliest, latest, at 1500', [await at(-2n), await at(-1n), await at(1_500n)], ['0', '3', '1']);
  });
}

const withAdmin = (context: ProgramContext, work: (admin: Administrating) => Promise<void>) =>
  using(new library.Admin(base(context)), work);

async function administration(context: ProgramContext): Promise<void> {
  const topic = `${context.prefix}-made`;
  await withAdmin(context, async (admin) => {
    const configs = [{ name: 'retention.ms', value: '3600000' }];
    await admin.createTopics({ topics: [topic], partitions: 2, replicas: 1, configs });
    same('listed', (await admin.listTopics()).includes(topic), true);
    await admin.createPartitions({ topics: [{ name: topic, count: 3 }] });
    const { topics } = await admin.metadata({ topics: [topic], forceUpdate: true });
    same('partitions', topics.get(topic)?.partitionsCount, 3);
    await admin.deleteTopics({ topics: [topic] });
    same('listed', (await admin.listTopics()).includes(topic), false);
  });
}

async function configuration(context: ProgramContext): Promise<void> {
  const resource = { resourceType: TOPIC_RESOURCE, resourceName: `${context.prefix}-offsets` };
  await withAdmin(context, async (admin) => {
    const configs = [{ name: 'retention.ms', value: '7200000', configOperation: SET }];
    await admin.incrementalAlterConfigs({ resources: [{ ...resource, configs }] });
    const [found] = await admin.describeConfigs({
      resources: [{ ...resource, configurationKeys: ['retention.ms'] }],
    });
    same('retention.ms', found?.configs[0]?.value, '7200000');
  });
}

async function groups(context: ProgramContext): Promise<void> {
  const topic = `${context.prefix}-groups`;
  const group = `${context.prefix}-group`;
  const write = (from: number, count: number) =>
    send(
      context,
      numbered(count, 'v', from).map((value, i) => ({ topic, value, partition: i % 4 })),
    );
  const members: Member[] = [];
  const join = async (): Promise<Member> => {
    const member = await new Member(context, group).join(topic);
    members.push(member);
    return member;
  };
  const holds = (member: Member, count: number) => member.partitions.length === count;
  try {
    const a = await join();
    await until(
      () => 'four partitions for one',
      () => holds(a, 4),
    );
    const b = await join();
    await until(
      () => 'two for each',
      () => holds(a, 2) && holds(b, 2),
    );
    await write(0, 40);
    await until(
      () => '20 records each',
      () => a.found.length >= 20 && b.found.length >= 20,
    );
    await b.leave();
    members.splice(members.indexOf(b), 1);
    await until(
      () => 'four partitions again',
      () => holds(a, 4),
    );
    await write(40, 40);
    const total = () => new Set([...a.values, ...b.values]).size;
    await until(
      () => `80 records, ${total()} are there`,
      () => total() >= 80,
    );
  } finally {
    for (const member of members) await member.leave();
  }
}

async function groupAdministration(context: ProgramContext): Promise<void> {
  const topic = `${context.prefix}-group-administration`;
  const group = `${context.prefix}-administered`;
  await send(
    context,
    numbered(3).map((value) => ({ topic, value })),
  );
  const member = await new Member(context, group).join(topic);
  await withAdmin(context, async (admin) => {
    await until(
      () => 'three records',
      () => member.found.length >= 3,
    );
    same('members', (await admin.describeGroups({ groups: [group] })).get(group)?.members.size, 1);
    await member.leave();
    same('listed', (await admin.listGroups()).has(group), true);
    await admin.deleteGroups({ groups: [group] });
    same('gone', (await admin.listGroups()).has(group), false);
  });
}

async function transactions(context: ProgramContext): Promise<void> {
  const topic = `${context.prefix}-transactions`;
  const options = { transactionalId: `${context.prefix}-txn`, idempotent: true };
  await using(producerOf(context, options), async (producer) => {
    for (const [name, commits] of [
      ['first', true],
      ['second', false],
      ['third', true],
    ] as const) {
      const transaction = await producer.beginTransaction();
      await transaction.send({ messages: numbered(10, name).map((value) => ({ topic, value })) });
      if (commits) await transaction.commit();
      else await transaction.abort();
    }
  });
  const committed = await read(context, topic, 20, { isolationLevel: 1 });
  same('committed', committed.values, [...numbered(10, 'first'), ...numbered(10, 'third')]);
  same('all', (await read(context, topic, 30, { isolationLevel: 0 })).found.length, 30);
}

await runProgram(version, {
  ...Object.fromEntries(CODECS.map((name) => [name, codec(name)])),
  'read-others': async (context) =>
    same('seed', (await read(context, SEED_TOPIC, SEED_RECORDS)).values, numbered(SEED_RECORDS, 'seed')),
  'round-trip': roundTrip,
  offsets,
  administration,
  configuration,
  groups,
  'group-administration': groupAdministration,
  transactions,
});
