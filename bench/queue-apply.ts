/**
 * What applying costs a queue machine with a thousand, a million and ten million ready jobs: enqueue, receive and ack in turns, and leases that
 * all run out, as a replica does it (prepare, then apply), over a state in memory. Shows that the cost and the memory of the machine do not grow
 * with the queue; no storage, log or network is in the figures.
 *
 *   node bench/queue-apply.ts [jobs per phase]
 *
 * The jobs that are there at the beginning are not stored but computed when asked for, so that ten million fit into any machine.
 */
import { spawnSync } from 'node:child_process';
import {
  encodeQueueCommand,
  QUEUE_STEP_ITEMS_MAX,
  type NewJob,
  type QueueCommandBody,
  QueueMachine,
  type StateRange,
} from '@flowmesh/engines';

const SIZES = [1_000, 1_000_000, 10_000_000];
const BATCH = 10;
/** Commands that are prepared at once. */
const CHUNK = 64;
const PAYLOAD_BYTES = 200;
const META = 3;
const BODY = 4;
const READY = 5;
const PRIORITY = 4;

type Pair = readonly [key: Uint8Array, value: Uint8Array];

function job(): NewJob {
  return {
    payload: new Uint8Array(PAYLOAD_BYTES),
    headers: [],
    key: new Uint8Array(0),
    priority: PRIORITY,
    notBeforeMs: 0,
    dedupId: '',
    attemptsMax: undefined,
    origin: '',
  };
}

function seqKey(table: number, seq: number): Buffer {
  const key = Buffer.alloc(9);
  key[0] = table;
  key.writeBigUInt64BE(BigInt(seq), 1);
  return key;
}

function readyKey(seq: number): Buffer {
  const key = Buffer.alloc(18);
  key[0] = READY;
  key[1] = 9 - PRIORITY;
  key.writeBigUInt64BE(BigInt(seq), 10);
  return key;
}

function nameOf(key: Uint8Array): string {
  return Buffer.from(key.buffer, key.byteOffset, key.byteLength).toString('latin1');
}

/** Ready jobs 1 to `jobs`, all alike, and over them what was written since. */
class ComputedState {
  private readonly written = new Map<string, Uint8Array | undefined>();
  /** Written keys in order, deleted ones among them, by table. */
  private readonly order = new Map<number, Uint8Array[]>();
  private readonly meta: Uint8Array;
  private readonly body: Uint8Array;
  private readonly readyAt: Uint8Array;
  jobs = 0;

  constructor(meta: Uint8Array, body: Uint8Array, readyAt: Uint8Array) {
    this.meta = meta;
    this.body = body;
    this.readyAt = readyAt;
  }

  put(key: Uint8Array, value: Uint8Array): void {
    const name = nameOf(key);
    // Records and bodies are never scanned.
    if (!this.written.has(name) && key[0] !== META && key[0] !== BODY) this.insert(key);
    this.written.set(name, value);
  }

  putLate(key: Uint8Array, value: () => Uint8Array): void {
    this.put(key, value());
  }

  del(key: Uint8Array): void {
    this.written.set(nameOf(key), undefined);
  }

  get(key: Uint8Array): Promise<Uint8Array | undefined> {
    const name = nameOf(key);
    if (this.written.has(name)) return Promise.resolve(this.written.get(name));
    const [table] = key;
    const known = (table === META || table === BODY) && this.holds(key, 1);
    return Promise.resolve(known ? (table === META ? this.meta : this.body) : undefined);
  }

  scan(range: StateRange): Promise<readonly Pair[]> {
    const limit = range.limit ?? Number.POSITIVE_INFINITY;
    const found: Pair[] = [...this.computed(range, limit)];
    const keys = this.order.get(range.from[0] ?? 0) ?? [];
    for (let at = lowerBound(keys, range.from); at < keys.length && found.length < limit; at++) {
      const key = keys[at] as Uint8Array;
      if (Buffer.compare(key, range.to) >= 0) break;
      const value = this.written.get(nameOf(key));
      if (value !== undefined) found.push([key, value]);
    }
    return Promise.resolve(found);
  }

  /** Entries of `ready` that nobody has deleted; all of them come before those that were written since. */
  private *computed(range: StateRange, limit: number): Generator<Pair> {
    if (range.from[0] !== READY || Buffer.compare(range.to, readyKey(1)) <= 0) return;
    let seq = 1;
    if (Buffer.compare(range.from, readyKey(1)) > 0) {
      if (range.from[1] !== 9 - PRIORITY) return;
      seq = Number(Buffer.from(range.from).readBigUInt64BE(10));
    }
    for (let count = 0; seq <= this.jobs && count < limit; seq++) {
      const key = readyKey(seq);
      const name = nameOf(key);
      const value = this.written.has(name) ? this.written.get(name) : this.readyAt;
      if (value === undefined) continue;
      count++;
      yield [key, value];
    }
  }

  private holds(key: Uint8Array, at: number): boolean {
    const seq = Number(Buffer.from(key).readBigUInt64BE(at));
    return seq >= 1 && seq <= this.jobs;
  }

  private insert(key: Uint8Array): void {
    const table = key[0] ?? 0;
    const keys = this.order.get(table) ?? [];
    this.order.set(table, keys);
    const last = keys.at(-1);
    if (last === undefined || Buffer.compare(last, key) < 0) keys.push(key);
    else keys.splice(lowerBound(keys, key), 0, key);
  }
}

function lowerBound(keys: readonly Uint8Array[], key: Uint8Array): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (Buffer.compare(keys[middle] as Uint8Array, key) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The state of a queue into which `jobs` jobs were enqueued; counted by a machine that saw one. */
async function stateOf(jobs: number): Promise<ComputedState> {
  const seed = new ComputedState(new Uint8Array(0), new Uint8Array(0), new Uint8Array(0));
  const machine = new QueueMachine();
  const command = encodeQueueCommand({
    kind: 'enqueue',
    jobs: [job()],
    requestId: '',
    transaction: undefined,
    timeMs: 1_000,
  });
  await machine.prepare([command], seed);
  machine.apply({ index: 1, term: 1 }, command, seed);
  const read = async (key: Uint8Array): Promise<Uint8Array> => (await seed.get(key)) ?? new Uint8Array(0);
  const state = new ComputedState(
    await read(seqKey(META, 1)),
    await read(seqKey(BODY, 1)),
    await read(readyKey(1)),
  );
  state.jobs = jobs;
  state.put(Uint8Array.of(1), globalsWith(await read(Uint8Array.of(1)), jobs));
  return state;
}

function varint(value: number): number[] {
  const out: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return [...out, rest];
    out.push((rest % 128) | 128);
  }
}

/** Globals as after `jobs` jobs instead of one: the next seq, the bytes, the ready jobs of the one priority, and how many were enqueued. */
function globalsWith(bytes: Uint8Array, jobs: number): Uint8Array {
  const numbers: number[] = [];
  for (let at = 1; at < bytes.length; ) {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = bytes[at++] ?? 0;
      value += (byte & 127) * scale;
      if (byte < 128) break;
    }
    numbers.push(value);
  }
  const next = 3;
  const size = 12;
  const ready = 14;
  const enqueued = 44;
  numbers[next] = jobs + 1;
  numbers[size] = jobs * PAYLOAD_BYTES;
  numbers[ready + PRIORITY] = jobs;
  numbers[enqueued] = jobs;
  return Uint8Array.from([bytes[0] ?? 0, ...numbers.flatMap(varint)]);
}

class Bench {
  private readonly machine = new QueueMachine();
  private readonly state: ComputedState;
  private index = 1;
  private timeMs = 1_000;
  /** Processor time by kind of command, so that other processes of the machine do not count. */
  readonly spentUs = new Map<string, number>();

  constructor(state: ComputedState) {
    this.state = state;
  }

  async load(): Promise<void> {
    await this.machine.load(this.state);
  }

  get ready(): number {
    return this.machine.stats().ready;
  }

  /** One chunk of equal commands; returns the replies. */
  async chunk(bodies: readonly QueueCommandBody[]): Promise<readonly unknown[]> {
    this.timeMs += 1;
    const commands = bodies.map((body) => encodeQueueCommand({ ...body, timeMs: this.timeMs }));
    const start = process.cpuUsage();
    const wait = this.machine.prepare(commands, this.state);
    if (wait !== undefined) await wait;
    const replies = commands.map((command) => {
      const meta = { index: ++this.index, term: 1 };
      const { reply } = this.machine.apply(meta, command, this.state);
      if (!reply.ok) throw reply.error;
      return reply.value;
    });
    const { user, system } = process.cpuUsage(start);
    const kind = bodies[0]?.kind ?? '';
    this.spentUs.set(kind, (this.spentUs.get(kind) ?? 0) + user + system);
    return replies;
  }

  /** Enqueues, receives and acknowledges the same number of jobs. */
  async round(): Promise<void> {
    const repeat = <T>(body: T): T[] => Array.from({ length: CHUNK }, () => body);
    const jobs = Array.from({ length: BATCH }, job);
    await this.chunk(repeat({ kind: 'enqueue', jobs, requestId: '', transaction: undefined } as const));
    const receive = {
      kind: 'receive',
      worker: 'w',
      max: BATCH,
      bytesMax: 2 ** 20,
      visibilityMs: 30_000,
    } as const;
    const replies = await this.chunk(repeat(receive));
    const acks = replies.map((reply) => {
      const { jobs: delivered } = reply as {
        jobs: ReadonlyArray<{ meta: { seq: number; leaseEpoch: number } }>;
      };
      const receipts = delivered.map(({ meta }) => ({ seq: meta.seq, leaseEpoch: meta.leaseEpoch }));
      return { kind: 'ack', receipts, transaction: undefined } as const;
    });
    await this.chunk(acks);
  }

  /** Leases `jobs` jobs that are all given up, and ends the leases as a driver does, one command after the other. */
  async expire(jobs: number): Promise<void> {
    const receive = { kind: 'receive', worker: 'w', max: 100, bytesMax: 2 ** 20, visibilityMs: 1 } as const;
    for (let done = 0; done < jobs; done += 100) await this.chunk([receive]);
    this.spentUs.delete('receive');
    this.timeMs += 1_000_000;
    for (;;) {
      const [reply] = await this.chunk([{ kind: 'expire', max: QUEUE_STEP_ITEMS_MAX }]);
      if ((reply as { readonly count: number }).count === 0) return;
    }
  }
}

interface Result {
  readonly size: number;
  readonly left: number;
  /** Jobs a second of processor time, by kind of command. */
  readonly rates: Readonly<Record<string, number>>;
  readonly machineMiB: number;
}

/** One size, in a process of its own, so that its memory is its own. */
async function measure(size: number, perPhase: number): Promise<Result> {
  const collect = (globalThis as { readonly gc?: () => void }).gc;
  const used = (): number => {
    collect?.();
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    return (heapUsed + arrayBuffers) / 2 ** 20;
  };
  const bench = new Bench(await stateOf(size));
  const before = used();
  await bench.load();
  for (let i = 0; i < 10; i++) await bench.round();
  const machineMiB = used() - before;
  bench.spentUs.clear();
  for (let done = 0; done < perPhase; done += BATCH * CHUNK) await bench.round();
  const cycle = new Map(bench.spentUs);
  const expired = Math.min(size, perPhase);
  await bench.expire(expired);
  const rates = [
    ...cycle,
    ['expire', ((bench.spentUs.get('expire') ?? 0) * perPhase) / expired] as const,
  ].map(([kind, us]) => [kind, perPhase / (us / 1e6)]);
  return { size, left: bench.ready, rates: Object.fromEntries(rates) as Result['rates'], machineMiB };
}

function runSize(size: number, perPhase: number): Result {
  const args = ['--expose-gc', import.meta.filename, String(perPhase), String(size)];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as Result;
}

const perPhase = Number(process.argv[2] ?? 100_000);
const only = process.argv[3];
if (only !== undefined) console.log(JSON.stringify(await measure(Number(only), perPhase)));
else {
  let base: Result['rates'] | undefined;
  for (const size of SIZES) {
    const { rates, left, machineMiB } = runSize(size, perPhase);
    base ??= rates;
    const parts = Object.entries(rates).map(([kind, rate]) => {
      const ratio = rate / (base?.[kind] ?? rate);
      return `${kind} ${Math.round(rate).toLocaleString('en')} (×${ratio.toFixed(2)})`;
    });
    console.log(
      `${size.toLocaleString('en')} ready, ${left.toLocaleString('en')} at the end: jobs/s of processor time: ` +
        `${parts.join(' · ')}; machine, and ${10 * BATCH * CHUNK} jobs written: ${machineMiB.toFixed(1)} MiB`,
    );
  }
}
