/** A queue machine over a state in memory, driven as a replica drives it: prepare, then apply, in chunks. */
import {
  encodeQueueCommand,
  type NewJob,
  type QueueCommand,
  type QueueCommandBody,
  QueueMachine,
  type QueueReply,
  type Receipt,
  type Reply,
} from '../../src/index.ts';
import type { QueueMemory } from '../../src/queue/job-table.ts';
import { MemoryState } from '../memory-state.ts';

export const TINY: QueueMemory = { cacheBytes: 0, bodyBytes: 0, headEntries: 1, windows: 2 };

const text = new TextEncoder();

export function bytes(value: string): Uint8Array {
  return text.encode(value);
}

export function job(payload: string, change: Partial<NewJob> = {}): NewJob {
  return {
    payload: bytes(payload),
    headers: [],
    key: bytes(''),
    priority: 4,
    notBeforeMs: 0,
    dedupId: '',
    attemptsMax: undefined,
    origin: '',
    ...change,
  };
}

export function enqueue(jobs: readonly NewJob[], change: { requestId?: string } = {}): QueueCommandBody {
  return { kind: 'enqueue', jobs, requestId: '', transaction: undefined, ...change };
}

export function receive(max: number, visibilityMs: number | undefined = 30_000): QueueCommandBody {
  return { kind: 'receive', worker: 'w1', max, bytesMax: 1_000_000, visibilityMs };
}

export function ack(...receipts: readonly Receipt[]): QueueCommandBody {
  return { kind: 'ack', receipts, transaction: undefined };
}

export function nack(receipt: Receipt, delayMs: number | undefined, error = 'boom'): QueueCommandBody {
  return { kind: 'nack', items: [{ ...receipt, delayMs, error }] };
}

export function expire(max = 100): QueueCommandBody {
  return { kind: 'expire', max };
}

export class QueueRig {
  readonly state = new MemoryState();
  machine: QueueMachine;
  index = 0;
  /** Of the leader that stamps commands. */
  term = 1;
  timeMs = 1_000;
  private readonly memory: QueueMemory | undefined;

  constructor(memory?: QueueMemory) {
    this.memory = memory;
    this.machine = new QueueMachine(memory);
  }

  configure(config: Readonly<Record<string, string>>): Promise<QueueReply> {
    const revision = this.machine.configRevision + 1;
    return this.run({ kind: 'configure', revision, config });
  }

  /** Applies commands as one chunk. */
  async chunk(commands: readonly QueueCommand[]): Promise<readonly Reply[]> {
    const encoded = commands.map(encodeQueueCommand);
    await this.machine.prepare(encoded, this.state);
    return encoded.map((command) => {
      this.index += 1;
      return this.machine.apply({ index: this.index, term: this.term }, command, this.state).reply;
    });
  }

  /** The reply, failure or not, of one command at the rig's time. */
  async reply(body: QueueCommandBody): Promise<Reply> {
    const [reply] = await this.chunk([{ ...body, timeMs: this.timeMs }]);
    if (reply === undefined) throw new Error('a command has a reply');
    return reply;
  }

  async run(body: QueueCommandBody): Promise<QueueReply> {
    const reply = await this.reply(body);
    if (!reply.ok) throw reply.error;
    return reply.value as QueueReply;
  }

  /** Seqs of the jobs that a receive delivers, with their receipts. */
  async receive(max: number, visibilityMs?: number): Promise<readonly Receipt[]> {
    const reply = await this.run(receive(max, visibilityMs));
    if (reply.kind !== 'received') throw new Error(`not a delivery: ${reply.kind}`);
    return reply.jobs.map(({ meta }) => ({ seq: meta.seq, leaseEpoch: meta.leaseEpoch }));
  }

  async receiveSeqs(max: number, visibilityMs?: number): Promise<readonly number[]> {
    return (await this.receive(max, visibilityMs)).map(({ seq }) => seq);
  }

  /** Lets time pass, and does what is due, as a driver would. */
  async pass(ms: number): Promise<void> {
    this.timeMs += ms;
    for (
      let due = this.machine.dueAtMs();
      due !== undefined && due <= this.timeMs;
      due = this.machine.dueAtMs()
    ) {
      const reply = await this.run(expire());
      if (reply.kind !== 'expired' || reply.count === 0) return;
    }
  }

  /** Another machine from the state that was written, as after a restart or a snapshot. */
  async restart(): Promise<void> {
    this.machine = new QueueMachine(this.memory);
    await this.machine.load(this.state);
  }
}
