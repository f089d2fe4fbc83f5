/** Apache Kafka's own command-line tools, each run by its main class: `program CLASSPATH VERSION BOOTSTRAP PREFIX TOOL,…`. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { type ProgramContext, runProgram, same } from '../../program.ts';
import { run } from '../../toolchains.ts';

const [classPath = '', version = ''] = process.argv.slice(2);
const TOOL_MS_MAX = 80_000;
const FLAGS = ['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC', '-Xshare:auto', '-Xmx256m'];
const MAIN = {
  'broker-api-versions': 'org.apache.kafka.tools.BrokerApiVersionsCommand',
  topics: 'org.apache.kafka.tools.TopicCommand',
  'console-producer': 'org.apache.kafka.tools.ConsoleProducer',
  'console-consumer': 'org.apache.kafka.tools.consumer.ConsoleConsumer',
  'get-offsets': 'org.apache.kafka.tools.GetOffsetShell',
  configs: 'kafka.admin.ConfigCommand',
  'delete-records': 'org.apache.kafka.tools.DeleteRecordsCommand',
  'consumer-groups': 'org.apache.kafka.tools.consumer.group.ConsumerGroupCommand',
  groups: 'org.apache.kafka.tools.GroupsCommand',
  'verifiable-producer': 'org.apache.kafka.tools.VerifiableProducer',
  'verifiable-consumer': 'org.apache.kafka.tools.VerifiableConsumer',
  'log-dirs': 'org.apache.kafka.tools.LogDirsCommand',
  'reassign-partitions': 'org.apache.kafka.tools.reassign.ReassignPartitionsCommand',
  'leader-election': 'org.apache.kafka.tools.LeaderElectionCommand',
  transactions: 'org.apache.kafka.tools.TransactionsCommand',
  acls: 'org.apache.kafka.tools.AclCommand',
  'streams-groups': 'org.apache.kafka.tools.streams.StreamsGroupCommand',
  'share-groups': 'org.apache.kafka.tools.consumer.group.ShareGroupCommand',
  cluster: 'org.apache.kafka.tools.ClusterTool',
} as const;

const folder = mkdtempSync(path.join(os.tmpdir(), 'kafka-tools-'));
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));

/** What the tool writes to its output. */
async function tool(
  name: keyof typeof MAIN,
  { bootstrap }: ProgramContext,
  args: readonly string[],
  input = '',
): Promise<string> {
  const server = ['--bootstrap-server', bootstrap];
  const words = name === 'cluster' ? [...args, ...server] : [...server, ...args];
  const command = ['java', ...FLAGS, '-cp', classPath, MAIN[name], ...words];
  const ran = await run(command, { input, timeoutMs: TOOL_MS_MAX });
  if (ran.code === 0) return ran.stdout;
  const why = `${ran.stdout}\n${ran.stderr}`
    .trim()
    .split('\n')
    .filter((line) => !/SLF4J|^\s+at /.test(line))
    .slice(0, 4)
    .join(' ');
  throw new Error(`${name} ${args.join(' ')}: exit ${ran.code}: ${why}`);
}

function file(name: string, content: object): string {
  const place = path.join(folder, name);
  writeFileSync(place, JSON.stringify(content));
  return place;
}

function says(what: string, text: string, ...parts: readonly (string | RegExp)[]): void {
  for (const part of parts) {
    const found = typeof part === 'string' ? text.includes(part) : part.test(text);
    if (!found) throw new Error(`${what}: ${String(part)} is not in: ${text.trim().slice(0, 600)}`);
  }
}

const lines = (text: string) => text.split('\n').filter((line) => line !== '');
const numbered = (count: number, name = 'v') => Array.from({ length: count }, (_, i) => `${name}-${i}`);

async function written(context: ProgramContext, topic: string, count = 10): Promise<void> {
  await tool('console-producer', context, ['--topic', topic], `${numbered(count).join('\n')}\n`);
}

async function brokerApiVersions(context: ProgramContext): Promise<void> {
  const text = await tool('broker-api-versions', context, []);
  says('versions', text, /Produce\(0\): 0 to \d+/, 'DescribeLogDirs(35)', 'ElectLeaders(43)');
}

async function topics(context: ProgramContext): Promise<void> {
  const topic = `${context.prefix}-made`;
  const made = ['--create', '--topic', topic, '--partitions', '2', '--config', 'retention.ms=3600000'];
  await tool('topics', context, made);
  says('list', await tool('topics', context, ['--list']), topic);
  await tool('topics', context, ['--alter', '--topic', topic, '--partitions', '3']);
  const text = await tool('topics', context, ['--describe', '--topic', topic]);
  says('description', text, /PartitionCount: 3/, /retention.ms=3600000/, /Partition: 2\s+Leader: \d/);
  await tool('topics', context, ['--delete', '--topic', topic]);
  same('gone', lines(await tool('topics', context, ['--list'])).includes(topic), false);
}

async function consoleProducer(context: ProgramContext): Promise<void> {
  const topic = `${context.prefix}-none`;
  const args = ['--topic', topic, '--compression-codec', 'none', '--property', 'parse.key=true'];
  await tool('console-producer', context, args, 'k1\tv1\nk2\tv2\n');
  const ends = await tool('get-offsets', context, ['--topic', topic]);
  same('ends', lines(ends), [`${topic}:0:2`]);
}

async function consoleConsumer(context: ProgramContext): Promise<void> {
  const topic = `${context.prefix}-round-trip`;
  await written(context, topic);
  const alone = ['--topic', topic, '--partition', '0', '--offset', 'earliest', '--max-messages', '10'];
  same('records', lines(await tool('console-consumer', context, alone)), numbered(10));
  const group = ['--topic', topic, '--group', `${context.prefix}-console`, '--from-beginning'];
  const found = await tool('console-consumer', context, [
    ...group,
    '--max-messages',
    '10',
    '--timeout-ms',
    '40000',
  ]);
  same('records of the group', lines(found), numbered(10));
}

async function getOffsets(context: ProgramContext): Promise<void> {
  const topic = `${context.prefix}-offsets`;
  await written(context, topic, 3);
  const at = async (time: string) =>
    lines(await tool('get-offsets', context, ['--topic', topic, '--time', time]));
  same('earliest', await at('earliest'), [`${topic}:0:0`]);
  same('latest', await at('latest'), [`${topic}:0:3`]);
  same('by time', await at('1000'), [`${topic}:0:0`]);
}

async function configs(context: ProgramContext): Promise<void> {
  const entity = ['--entity-type', 'topics', '--entity-name', `${context.prefix}-offsets`];
  const add = ['--alter', '--add-config', 'retention.ms=7200000'];
  await tool('configs', context, [...entity, ...add]);
  says('description', await tool('configs', context, [...entity, '--describe']), 'retention.ms=7200000');
  await tool('configs', context, [...entity, '--alter', '--delete-config', 'retention.ms']);
  const left = await tool('configs', context, [...entity, '--describe']);
  same('none left', left.includes('retention.ms'), false);
  const brokers = ['--entity-type', 'brokers', '--describe', '--all', '--entity-name', '1'];
  says('of a broker', await tool('configs', context, brokers), 'num.partitions');
}

async function deleteRecords(context: ProgramContext): Promise<void> {
  const topic = `${context.prefix}-gzip`;
  await written(context, topic);
  const offsets = { partitions: [{ topic, partition: 0, offset: 4 }], version: 1 };
  const text = await tool('delete-records', context, ['--offset-json-file', file('delete.json', offsets)]);
  says('outcome', text, 'low_watermark: 4');
  const earliest = await tool('get-offsets', context, ['--topic', topic, '--time', 'earliest']);
  same('begins', lines(earliest), [`${topic}:0:4`]);
}

async function consumerGroups(context: ProgramContext): Promise<void> {
  const topic = `${context.prefix}-group-administration`;
  const group = `${context.prefix}-administered`;
  await written(context, topic, 3);
  const reader = ['--topic', topic, '--group', group, '--from-beginning', '--max-messages', '3'];
  await tool('console-consumer', context, [...reader, '--timeout-ms', '40000']);
  says('list', await tool('consumer-groups', context, ['--list']), group);
  const one = ['--group', group];
  const described = await tool('consumer-groups', context, ['--describe', ...one]);
  says('description', described, new RegExp(`${group}\\s+${topic}\\s+0\\s+3\\s+3\\s+0`));
  const reset = ['--reset-offsets', ...one, '--topic', topic, '--to-earliest', '--execute'];
  await tool('consumer-groups', context, reset);
  const after = await tool('consumer-groups', context, ['--describe', ...one]);
  says('after the reset', after, new RegExp(`${topic}\\s+0\\s+0\\s+3\\s+3`));
  says('state', await tool('consumer-groups', context, ['--describe', ...one, '--state']), 'Empty');
  await tool('consumer-groups', context, ['--delete', ...one]);
  same('gone', (await tool('consumer-groups', context, ['--list'])).includes(group), false);
}

/** One of each kind that there may be: what reads here is a classic group. */
async function groupsTool(context: ProgramContext): Promise<void> {
  const topic = `${context.prefix}-snappy`;
  const group = `${context.prefix}-listed`;
  await written(context, topic, 1);
  const reader = ['--topic', topic, '--group', group, '--from-beginning', '--max-messages', '1'];
  await tool('console-consumer', context, [...reader, '--timeout-ms', '40000']);
  says('list', await tool('groups', context, ['--list']), new RegExp(`${group}\\s+(Classic|Consumer)`));
}

/** Groups of other kinds are listed apart, and none of these is there. */
function otherGroups(name: 'streams-groups' | 'share-groups') {
  return async (context: ProgramContext) => {
    same(
      'consumer groups in it',
      (await tool(name, context, ['--list'])).includes(`${context.prefix}-`),
      false,
    );
  };
}

async function cluster(context: ProgramContext): Promise<void> {
  says('identity', await tool('cluster', context, ['cluster-id']), /Cluster ID: \S+/);
}

/** Rules are grants to users, so there is one first. */
async function acls(context: ProgramContext): Promise<void> {
  const user = `${context.prefix}-user`;
  const credential = ['--alter', '--add-config', 'SCRAM-SHA-256=[iterations=4096,password=matrix-password]'];
  const entity = ['--entity-type', 'users', '--entity-name', user];
  await tool('configs', context, [...entity, ...credential]);
  const rule = [
    '--allow-principal',
    `User:${user}`,
    '--operation',
    'Read',
    '--topic',
    `${context.prefix}-sink`,
  ];
  await tool('acls', context, ['--add', ...rule]);
  says('list', await tool('acls', context, ['--list']), `User:${user}`, 'operation=READ');
  await tool('acls', context, ['--remove', '--force', ...rule]);
  same('gone', (await tool('acls', context, ['--list'])).includes(`User:${user}`), false);
}

async function verifiableProducer(context: ProgramContext): Promise<void> {
  const args = ['--topic', `${context.prefix}-lz4`, '--max-messages', '50', '--acks', '-1'];
  says('figures', await tool('verifiable-producer', context, args), '"acked":50');
}

async function verifiableConsumer(context: ProgramContext): Promise<void> {
  const topic = `${context.prefix}-zstd`;
  await written(context, topic, 20);
  const args = ['--topic', topic, '--group-id', `${context.prefix}-verified`, '--max-messages', '20'];
  const text = await tool('verifiable-consumer', context, [...args, '--reset-policy', 'earliest']);
  says('records', text, '"name":"records_consumed"', '"count":20');
}

async function logDirs(context: ProgramContext): Promise<void> {
  const topic = `${context.prefix}-offsets`;
  const text = await tool('log-dirs', context, ['--describe', '--topic-list', topic]);
  says('directories', text, '"logDir":"flowmesh"', `"partition":"${topic}-0"`);
}

/** Leaders can be moved wherever there are replicas; a single node keeps what it has. */
async function reassignPartitions(context: ProgramContext): Promise<void> {
  const topic = `${context.prefix}-sink`;
  const described = await tool('topics', context, ['--describe', '--topic', topic]);
  const replicas = (/Replicas: ([\d,]+)/.exec(described)?.[1] ?? '').split(',').map(Number).reverse();
  const plan = file('plan.json', { version: 1, partitions: [{ topic, partition: 0, replicas }] });
  const json = ['--reassignment-json-file', plan];
  await tool('reassign-partitions', context, [...json, '--execute']);
  says('verification', await tool('reassign-partitions', context, [...json, '--verify']), 'is completed');
  says('moves', await tool('reassign-partitions', context, ['--list']), 'No partition reassignments found');
  const moved = await tool('topics', context, ['--describe', '--topic', topic]);
  says('in that order', moved, `Replicas: ${replicas.join(',')}`);
}

async function leaderElection(context: ProgramContext): Promise<void> {
  const topic = `${context.prefix}-source`;
  const described = await tool('topics', context, ['--describe', '--topic', topic]);
  const replicas = (/Replicas: ([\d,]+)/.exec(described)?.[1] ?? '').split(',').map(Number).reverse();
  const plan = file('elect.json', { version: 1, partitions: [{ topic, partition: 0, replicas }] });
  await tool('reassign-partitions', context, ['--reassignment-json-file', plan, '--execute']);
  const one = ['--election-type', 'preferred', '--topic', topic, '--partition', '0'];
  await tool('leader-election', context, one);
  says('leader', await tool('topics', context, ['--describe', '--topic', topic]), `Leader: ${replicas[0]}`);
}

async function transactions(context: ProgramContext): Promise<void> {
  await tool('transactions', context, ['list']);
  const producers = ['describe-producers', '--topic', `${context.prefix}-transactions`, '--partition', '0'];
  says('producers', await tool('transactions', context, producers), 'ProducerId');
}

await runProgram(version, {
  'broker-api-versions': brokerApiVersions,
  topics,
  'console-producer': consoleProducer,
  'console-consumer': consoleConsumer,
  'get-offsets': getOffsets,
  configs,
  'delete-records': deleteRecords,
  'consumer-groups': consumerGroups,
  groups: groupsTool,
  'verifiable-producer': verifiableProducer,
  'verifiable-consumer': verifiableConsumer,
  'log-dirs': logDirs,
  'reassign-partitions': reassignPartitions,
  'leader-election': leaderElection,
  transactions,
  acls,
  'streams-groups': otherGroups('streams-groups'),
  'share-groups': otherGroups('share-groups'),
  cluster,
});
