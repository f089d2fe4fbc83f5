/** kcat, run as people run it: one process for each thing that is done. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { type ProgramContext, runProgram, same, until } from '../../program.ts';
import { CODEC_RECORDS, CODECS, SEED_RECORDS, SEED_TOPIC } from '../../scenarios.ts';
import { run } from '../../toolchains.ts';

const PROCESS_MS_MAX = 120_000;

async function kcat({ bootstrap }: ProgramContext, args: readonly string[], input = ''): Promise<string> {
  const ran = await run(['kcat', '-b', bootstrap, ...args], { input, timeoutMs: PROCESS_MS_MAX });
  if (ran.code !== 0) throw new Error(`kcat ${args.join(' ')}: ${ran.stderr.trim().slice(-300)}`);
  return ran.stdout;
}

const lines = (text: string) => text.split('\n').filter((line) => line !== '');
const numbered = (count: number, name = 'v') => Array.from({ length: count }, (_, i) => `${name}-${i}`);
const readAll = async (context: ProgramContext, topic: string, ...more: string[]) =>
  lines(await kcat(context, ['-C', '-q', '-e', '-t', topic, '-o', 'beginning', ...more]));

function codec(name: string) {
  return async (context: ProgramContext) => {
    const topic = `${context.prefix}-${name}`;
    const values = numbered(CODEC_RECORDS).map((value) => `${value} ${'x'.repeat(500)}`);
    await kcat(context, ['-P', '-t', topic, '-z', name, '-X', 'acks=all'], `${values.join('\n')}\n`);
    same('records', await readAll(context, topic), values);
  };
}

async function roundTrip(context: ProgramContext): Promise<void> {
  const topic = `${context.prefix}-round-trip`;
  const headers = ['-H', 'a=1', '-H', 'a=2', '-H', 'empty='];
  const produce = ['-P', '-t', topic, '-K', '=', '-Z'];
  const before = Date.now();
  await kcat(context, [...produce, ...headers], 'k1=v1\n');
  await kcat(context, produce, 'k2=\n');
  const found = await readAll(context, topic, '-Z', '-f', '%k|%s|%S|%h|%T\n');
  const parts = found.map((line) => line.split('|'));
  same(
    'records',
    parts.map((part) => part.slice(0, 4)),
    [
      ['k1', 'v1', '2', 'a=1,a=2,empty='],
      ['k2', 'NULL', '-1', ''],
    ],
  );
  same(
    'times',
    parts.every(([, , , , time]) => Number(time) >= before && Number(time) <= Date.now()),
    true,
  );
}

async function offsets(context: ProgramContext): Promise<void> {
  const topic = `${context.prefix}-offsets`;
  await kcat(context, ['-P', '-t', topic], 'one\n');
  await new Promise((resolve) => setTimeout(resolve, 20));
  const between = Date.now();
  await new Promise((resolve) => setTimeout(resolve, 20));
  await kcat(context, ['-P', '-t', topic], 'two\nthree\n');
  const at = async (time: number) => (await kcat(context, ['-Q', '-t', `${topic}:0:${time}`])).trim();
  same('at a time', await at(between), `${topic} [0] offset 1`);
  same('at the beginning', await at(-2), `${topic} [0] offset 0`);
  same('at the end', await at(-1), `${topic} [0] offset 3`);
}

/** A process that reads in a group until it is told to end. */
class Member {
  readonly values: string[] = [];
  partitions = 0;
  private readonly child;
  private readonly ended: Promise<void>;

  constructor({ bootstrap, prefix }: ProgramContext, topic: string, extra: readonly string[]) {
    const args = [
      '-b',
      bootstrap,
      '-u',
      '-G',
      `${prefix}-group-${topic}`,
      '-X',
      'auto.offset.reset=earliest',
    ];
    const quick = ['-X', 'session.timeout.ms=10000', '-X', 'heartbeat.interval.ms=500'];
    this.child = spawn('kcat', [...args, ...quick, ...extra, topic], { stdio: ['ignore', 'pipe', 'pipe'] });
    // It writes a line piece by piece.
    createInterface({ input: this.child.stdout }).on('line', (line) => this.values.push(line));
    createInterface({ input: this.child.stderr }).on('line', (line) => this.told(line));
    this.ended = new Promise((resolve) => this.child.once('close', () => resolve()));
  }

  private told(line: string): void {
    const [, what, list] = /rebalanced \(.*?\): (assigned|revoked): (.*)/.exec(line) ?? [];
    if (what === undefined) return;
    this.partitions = what === 'assigned' ? (list?.match(/\[\d+\]/g)?.length ?? 0) : 0;
  }

  async end(): Promise<void> {
    this.child.kill('SIGINT');
    await this.ended;
  }
}

async function groups(context: ProgramContext): Promise<void> {
  const topic = `${context.prefix}-groups`;
  const write = (from: number, partition: number, count: number) =>
    kcat(
      context,
      ['-P', '-t', topic, '-p', String(partition)],
      numbered(count, `v-${from}`).join('\n').concat('\n'),
    );
  const members: Member[] = [];
  const join = (): Member => {
    const member = new Member(context, topic, []);
    members.push(member);
    return member;
  };
  try {
    const a = join();
    await until(
      () => 'four partitions for one',
      () => a.partitions === 4,
    );
    const b = join();
    await until(
      () => 'two for each',
      () => a.partitions === 2 && b.partitions === 2,
    );
    for (let partition = 0; partition < 4; partition++) await write(partition, partition, 10);
    const total = () => a.values.length + b.values.length;
    await until(
      () => `40 records, ${total()} are there`,
      () => total() >= 40,
    );
    same('both read', [a.values.length, b.values.length], [20, 20]);
    await b.end();
    await until(
      () => 'four partitions again',
      () => a.partitions === 4,
    );
    for (let partition = 0; partition < 4; partition++) await write(partition + 4, partition, 10);
    await until(
      () => `80 records, ${total()} are there`,
      () => total() >= 80,
    );
    same('each once', new Set([...a.values, ...b.values]).size, total());
    await a.end();
    const c = join();
    await until(
      () => 'four partitions for the next',
      () => c.partitions === 4,
    );
    await write(8, 0, 4);
    await until(
      () => 'four new records',
      () => c.values.length >= 4,
    );
    same('only what is new', c.values, numbered(4, 'v-8'));
  } finally {
    await Promise.all(members.map((member) => member.end()));
  }
}

async function transactions(context: ProgramContext): Promise<void> {
  const topic = `${context.prefix}-transactions`;
  const id = ['-X', `transactional.id=${context.prefix}-txn`];
  await kcat(context, ['-P', '-t', topic, ...id], `${numbered(10, 'first').join('\n')}\n`);
  await kcat(context, ['-P', '-t', topic, ...id], `${numbered(10, 'second').join('\n')}\n`);
  const committed = await readAll(context, topic, '-X', 'isolation.level=read_committed');
  same('committed', committed, [...numbered(10, 'first'), ...numbered(10, 'second')]);
}

const version = /Version (\S+).*librdkafka (\S+)/.exec((await run(['kcat', '-V'])).stdout);
await runProgram(`${version?.[1]} (librdkafka ${version?.[2]})`, {
  ...Object.fromEntries(CODECS.map((name) => [name, codec(name)])),
  'read-others': async (context) =>
    same('seed', await readAll(context, SEED_TOPIC), numbered(SEED_RECORDS, 'seed')),
  'round-trip': roundTrip,
  offsets,
  groups,
  transactions,
});
