/**
 * node-rdkafka, librdkafka's client for Node: prints a line of JSON with the outcome of each scenario. Plain JavaScript, since its addon is
 * compiled for the Node of the machine, which may be older than the one that runs FlowMesh. Arguments: FOLDER BOOTSTRAP PREFIX SCENARIO,…
 */
import { createRequire } from 'node:module';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const [folder, BOOTSTRAP, PREFIX, NAMES] = process.argv.slice(-4);
const require = createRequire(path.join(folder, 'package.json'));
const rdkafka = require('node-rdkafka');
const { version } = require('node-rdkafka/package.json');

const WAIT_MS = 90_000;
const CODEC_RECORDS = 200;
const CLASSIC = { 'session.timeout.ms': 10_000, 'heartbeat.interval.ms': 500 };

const numbered = (count, name = 'v', start = 0) =>
  Array.from({ length: count }, (_, i) => `${name}-${start + i}`);
const inOrder = (values) => values.toSorted((a, b) => a.localeCompare(b, 'en', { numeric: true }));
const say = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);

function same(what, found, wanted) {
  const [a, b] = [JSON.stringify(found), JSON.stringify(wanted)];
  if (a !== b)
    throw new Error(`${what}: ${String(a).slice(0, 300)} where ${String(b).slice(0, 300)} was expected`);
}

async function until(what, probe) {
  const deadline = Date.now() + WAIT_MS;
  while (!(await probe())) {
    if (Date.now() > deadline) throw new Error(`waited in vain for ${what()}`);
    await sleep(20);
  }
}

/** Calls what takes a callback of (error, value). */
const call = (target, method, ...args) =>
  new Promise((resolve, reject) =>
    target[method](...args, (error, value) => (error ? reject(error) : resolve(value))),
  );

async function connected(client) {
  client.on('event.error', () => undefined);
  await call(client, 'connect', { timeout: WAIT_MS });
  return client;
}

async function producerWith(config) {
  const settings = { 'bootstrap.servers': BOOTSTRAP, acks: 'all', dr_cb: true, ...config };
  const producer = await connected(new rdkafka.Producer(settings));
  producer.setPollInterval(20);
  return producer;
}

async function sendWith(producer, topic, records) {
  const reports = [];
  const report = (error, { offset }) => reports.push(error === null ? offset : String(error));
  producer.on('delivery-report', report);
  for (const { value, key = null, partition = null, timestamp, headers } of records)
    producer.produce(topic, partition, value === null ? null : Buffer.from(value), key, timestamp, '', headers);
  await call(producer, 'flush', WAIT_MS);
  await until(
    () => `${records.length} reports, ${reports.length} are there`,
    () => reports.length >= records.length,
  );
  producer.off('delivery-report', report);
  same(
    'failed',
    reports.filter((each) => typeof each === 'string'),
    [],
  );
}

async function send(topic, records, config = {}) {
  const producer = await producerWith(config);
  try {
    await sendWith(producer, topic, records);
  } finally {
    await call(producer, 'disconnect');
  }
}

/** The first so many records of partition 0, without a group. */
async function read(topic, count, config = {}) {
  const settings = { 'bootstrap.servers': BOOTSTRAP, 'group.id': `${PREFIX}-alone`, 'enable.auto.commit': false };
  const consumer = await connected(
    new rdkafka.KafkaConsumer({ ...settings, ...config }, { 'auto.offset.reset': 'earliest' }),
  );
  const found = [];
  try {
    consumer.assign([{ topic, partition: 0, offset: 0 }]);
    consumer.setDefaultConsumeTimeout(200);
    await until(
      () => `${count} records of ${topic}, ${found.length} are there`,
      async () => {
        found.push(...(await call(consumer, 'consume', count)));
        return found.length >= count;
      },
    );
  } finally {
    await call(consumer, 'disconnect');
  }
  return found;
}

const texts = (messages) => messages.map(({ value }) => String(value));

const codec = (name) => async () => {
  const topic = `${PREFIX}-${name}`;
  const values = numbered(CODEC_RECORDS).map((value) => `${value} ${'x'.repeat(500)}`);
  const records = values.map((value) => ({ value }));
  await send(topic, records, { 'compression.codec': name, 'linger.ms': 50 });
  same('records', texts(await read(topic, CODEC_RECORDS)), values);
};

async function readOthers() {
  same('seed', texts(await read('seed', 100)), numbered(100, 'seed'));
}

async function roundTrip() {
  const topic = `${PREFIX}-round-trip`;
  const timestamp = 1_700_000_000_123;
  const headers = [{ a: '1' }, { a: '2' }, { empty: '' }];
  await send(topic, [
    { key: 'k1', value: 'v1', timestamp, headers },
    { key: 'k2', value: null, timestamp },
    { value: 'v3', timestamp },
  ]);
  const found = (await read(topic, 3)).map((message) => [
    message.key === null || message.key === undefined ? null : String(message.key),
    message.value === null ? null : String(message.value),
    message.timestamp,
    (message.headers ?? []).map((header) => Object.entries(header).map(([name, given]) => [name, String(given)])),
  ]);
  same('records', found, [
    ['k1', 'v1', timestamp, [[['a', '1']], [['a', '2']], [['empty', '']]]],
    ['k2', null, timestamp, []],
    [null, 'v3', timestamp, []],
  ]);
}

async function offsets() {
  const topic = `${PREFIX}-offsets`;
  await send(
    topic,
    [1_000, 2_000, 3_000].map((timestamp) => ({ value: 'v', timestamp })),
  );
  const consumer = await connected(
    new rdkafka.KafkaConsumer({ 'bootstrap.servers': BOOTSTRAP, 'group.id': `${PREFIX}-alone` }, {}),
  );
  try {
    const ends = await call(consumer, 'queryWatermarkOffsets', topic, 0, WAIT_MS);
    same('ends', [ends.lowOffset, ends.highOffset], [0, 3]);
    const found = await call(consumer, 'offsetsForTimes', [{ topic, partition: 0, offset: 1_500 }], WAIT_MS);
    same('offset at 1500', found[0].offset, 1);
  } finally {
    await call(consumer, 'disconnect');
  }
}

async function administration() {
  const topic = `${PREFIX}-made`;
  const admin = rdkafka.AdminClient.create({ 'bootstrap.servers': BOOTSTRAP });
  // Whoever asks for metadata has a client of its own: it would keep asking for a topic that is deleted, and make it anew.
  const partitions = async () => {
    const producer = await producerWith({});
    try {
      const { topics } = await call(producer, 'getMetadata', { timeout: WAIT_MS });
      return topics.find(({ name }) => name === topic)?.partitions.length;
    } finally {
      await call(producer, 'disconnect');
    }
  };
  try {
    const config = { 'retention.ms': '3600000' };
    const made = { topic, num_partitions: 2, replication_factor: 1, config };
    await call(admin, 'createTopic', made, WAIT_MS);
    same('partitions', await partitions(), 2);
    await call(admin, 'createPartitions', topic, 3, WAIT_MS);
    await until(
      () => 'three partitions',
      async () => (await partitions()) === 3,
    );
    await call(admin, 'deleteTopic', topic, WAIT_MS);
    same('listed', await partitions(), undefined);
  } finally {
    admin.disconnect();
  }
}

class Member {
  values = [];
  partitions = [];
  assignments = 0;

  static async join(topic, group, config = CLASSIC) {
    const member = new Member();
    const settings = { 'bootstrap.servers': BOOTSTRAP, 'group.id': group, 'enable.auto.commit': false };
    const consumer = new rdkafka.KafkaConsumer(
      { ...settings, ...config, rebalance_cb: true },
      { 'auto.offset.reset': 'earliest' },
    );
    consumer.on('rebalance', (error, assigned) => {
      const given = error.code === rdkafka.CODES.ERRORS.ERR__ASSIGN_PARTITIONS;
      if (given) member.assignments++;
      member.partitions = given ? assigned.map(({ partition }) => partition).sort((a, b) => a - b) : [];
    });
    member.consumer = await connected(consumer);
    consumer.setDefaultConsumeTimeout(50);
    consumer.subscribe([topic]);
    return member;
  }

  async poll() {
    const messages = await call(this.consumer, 'consume', 100);
    this.values.push(...texts(messages));
    if (messages.length > 0) this.consumer.commitSync();
  }

  async leave() {
    await call(this.consumer, 'disconnect');
  }
}

async function untilMembers(what, members, probe) {
  const words = () =>
    `${what}: ${JSON.stringify(members.map(({ partitions, values }) => [partitions, values.length]))}`;
  await until(words, async () => {
    if (probe()) return true;
    for (const member of members) await member.poll();
    return false;
  });
}

async function groups() {
  const topic = `${PREFIX}-groups`;
  const group = `${PREFIX}-group`;
  const write = (start, count) =>
    send(
      topic,
      numbered(count, 'v', start).map((value, i) => ({ value, partition: i % 4 })),
    );
  const a = await Member.join(topic, group);
  await untilMembers('four partitions for one', [a], () => a.partitions.length === 4);
  const b = await Member.join(topic, group);
  const halves = () => a.partitions.length === 2 && b.partitions.length === 2;
  await untilMembers('two for each', [a, b], halves);
  same(
    'all partitions',
    [...a.partitions, ...b.partitions].sort((x, y) => x - y),
    [0, 1, 2, 3],
  );
  await write(0, 40);
  const total = () => a.values.length + b.values.length;
  await untilMembers('40 records', [a, b], () => total() >= 40);
  same('both read', [a.values.length, b.values.length], [20, 20]);
  await b.leave();
  await untilMembers('four partitions again', [a], () => a.partitions.length === 4);
  await write(40, 40);
  await untilMembers('80 records', [a], () => total() >= 80);
  same('each once', inOrder([...a.values, ...b.values]), numbered(80));
  await a.leave();
  const c = await Member.join(topic, group);
  await untilMembers('four partitions for the next', [c], () => c.partitions.length === 4);
  await write(80, 4);
  await untilMembers('four new records', [c], () => c.values.length >= 4);
  same('only what is new', inOrder(c.values), numbered(4, 'v', 80));
  await c.leave();
}

async function staticMembers() {
  const topic = `${PREFIX}-static-members`;
  const group = `${PREFIX}-static`;
  const join = (instance) => Member.join(topic, group, { ...CLASSIC, 'group.instance.id': instance });
  const a = await join('one');
  const b = await join('two');
  const halves = () => a.partitions.length === 2 && b.partitions.length === 2;
  await untilMembers('two for each', [a, b], halves);
  const held = [...b.partitions];
  const rebalances = a.assignments;
  await b.leave();
  const again = await join('two');
  await untilMembers('its partitions', [a, again], () => again.partitions.length === 2);
  same('the same partitions', again.partitions, held);
  same('no rebalance', a.assignments, rebalances);
  await a.leave();
  await again.leave();
}

async function transactional(name) {
  const producer = await producerWith({ 'transactional.id': `${PREFIX}-${name}` });
  await call(producer, 'initTransactions', WAIT_MS);
  return producer;
}

async function transactions() {
  const topic = `${PREFIX}-transactions`;
  const producer = await transactional('txn');
  try {
    for (const [name, commits] of [
      ['first', true],
      ['second', false],
      ['third', true],
    ]) {
      await call(producer, 'beginTransaction');
      await sendWith(
        producer,
        topic,
        numbered(10, name).map((value) => ({ value })),
      );
      await call(producer, commits ? 'commitTransaction' : 'abortTransaction', WAIT_MS);
    }
  } finally {
    await call(producer, 'disconnect');
  }
  const committed = await read(topic, 20, { 'isolation.level': 'read_committed' });
  same('committed', texts(committed), [...numbered(10, 'first'), ...numbered(10, 'third')]);
  same('all', (await read(topic, 30, { 'isolation.level': 'read_uncommitted' })).length, 30);
}

async function transactionalOffsets() {
  const source = `${PREFIX}-source`;
  const sink = `${PREFIX}-sink`;
  await send(
    source,
    numbered(10).map((value) => ({ value })),
  );
  const member = await Member.join(source, `${PREFIX}-transform`);
  await untilMembers('a partition', [member], () => member.partitions.length === 1);
  const producer = await transactional('transform');
  try {
    for (const [offset, commits] of [
      [10, true],
      [5, false],
    ]) {
      await call(producer, 'beginTransaction');
      await sendWith(producer, sink, [{ value: `to ${offset}` }]);
      const place = [{ topic: source, partition: 0, offset }];
      await call(producer, 'sendOffsetsToTransaction', place, member.consumer, WAIT_MS);
      await call(producer, commits ? 'commitTransaction' : 'abortTransaction', WAIT_MS);
    }
  } finally {
    await call(producer, 'disconnect');
  }
  const found = await call(member.consumer, 'committed', [{ topic: source, partition: 0 }], WAIT_MS);
  same('committed', found[0].offset, 10);
  same('written', texts(await read(sink, 1, { 'isolation.level': 'read_committed' })), ['to 10']);
  await member.leave();
}

const SCENARIOS = {
  ...Object.fromEntries(['none', 'gzip', 'snappy', 'lz4', 'zstd'].map((name) => [name, codec(name)])),
  'read-others': readOthers,
  'round-trip': roundTrip,
  offsets,
  administration,
  groups,
  'static-members': staticMembers,
  transactions,
  'transactional-offsets': transactionalOffsets,
};

say({ version: `${version} (librdkafka ${rdkafka.librdkafkaVersion})` });
for (const scenario of NAMES.split(',')) {
  const started = Date.now();
  let outcome = 'passed';
  let detail = '';
  try {
    if (SCENARIOS[scenario] === undefined) outcome = 'not-offered';
    else await SCENARIOS[scenario]();
  } catch (error) {
    outcome = 'failed';
    detail = error instanceof Error ? error.message : String(error);
  }
  say({ scenario, outcome, detail, ms: Date.now() - started });
}
process.exit(0);
