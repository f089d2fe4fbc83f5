/**
 * Clients of one stream. A producer sends batch after batch, each until it is acknowledged, to whoever it believes leads; it gives up waiting
 * sometimes soon, so that a batch is sent again while the first is still on its way. A reader asks for the end of the
 * stream behind a barrier, then reads what lies somewhere in it. Clients are outside of the cluster's network faults: their
 * requests and answers are lost now and then.
 */
import type { GroupId, Random } from '@flowmesh/base';
import { isFlowError } from '@flowmesh/base';
import type { StreamHistory } from '../check/history.ts';
import type { VirtualTime } from '../time/virtual-time.ts';
import { makeBatch } from './batch.ts';
import type { Profile } from './profile.ts';
import type { SimProcess } from './sim-process.ts';

export interface ClientWorld {
  readonly time: VirtualTime;
  readonly random: Random;
  readonly profile: Profile;
  processes(): readonly SimProcess[];
  /** A client's own check failed. */
  failed(error: unknown): void;
  note(who: string, what: string): void;
}

const LOSS = 0.02;
const RETRY_MS = 120;

export class Producer {
  readonly id: number;
  readonly group: GroupId;
  /** Batches acknowledged. */
  acknowledged = 0;
  /** No new batches; the one under way goes on. */
  closing = false;
  private readonly world: ClientWorld;
  private readonly history: StreamHistory;
  private sequence = 0;
  private batch: Uint8Array | undefined;
  private records = 0;
  private attempt = 0;
  private target: SimProcess | undefined;

  constructor(world: ClientWorld, history: StreamHistory, id: number) {
    this.world = world;
    this.history = history;
    this.group = history.group;
    this.id = id;
    this.later(world.random.unit() * 500, () => this.next());
  }

  get idle(): boolean {
    return this.batch === undefined;
  }

  /** Sends one more batch at once, for the liveness phase. */
  poke(): void {
    if (this.batch === undefined) this.send();
  }

  /** Tries again at once, at `leader`, whoever was believed to lead. */
  reroute(leader: SimProcess): void {
    this.target = leader;
    if (this.batch !== undefined) this.try();
  }

  /** The stream is gone: the batch under way need not be answered. */
  abandon(): void {
    this.closing = true;
    this.batch = undefined;
    this.attempt++;
  }

  private next(): void {
    if (this.closing || this.batch !== undefined) return;
    this.send();
  }

  private send(): void {
    const { random, profile, time } = this.world;
    this.records = 1 + random.below(profile.recordsMax);
    this.batch = makeBatch({
      producerId: this.id,
      baseSequence: this.sequence,
      records: this.records,
      recordBytes: random.below(profile.recordBytesMax + 1),
      timestampMs: Math.floor(time.now),
      random,
    });
    this.try();
  }

  private try(): void {
    const { random } = this.world;
    const batch = this.batch;
    if (batch === undefined) return;
    const attempt = ++this.attempt;
    const process = this.pick();
    const timeoutMs = random.unit() < 0.2 ? 5 + random.unit() * 60 : 400 + random.unit() * 1_600;
    this.later(timeoutMs, () => {
      if (this.attempt === attempt) this.try();
    });
    if (process === undefined || random.unit() < LOSS) return;
    process.run(
      'append',
      () => {
        process.front.append(this.group, process.replicas, batch.slice(), (result) => {
          if (random.unit() >= LOSS)
            this.later(0.2 + random.unit(), () => this.answered(attempt, batch, process, result));
        });
      },
      0.2 + random.unit(),
    );
  }

  private answered(
    attempt: number,
    batch: Uint8Array,
    process: SimProcess,
    result: { readonly baseOffset: number } | { readonly error: unknown },
  ): void {
    if (batch !== this.batch) return;
    if ('error' in result) {
      if (attempt !== this.attempt) return;
      if (isFlowError(result.error) && !result.error.retryable) {
        this.world.failed(result.error);
        return;
      }
      this.target = undefined;
      this.attempt++;
      this.later(RETRY_MS * this.world.random.unit(), () => this.try());
      return;
    }
    this.history.acknowledge(batch, result.baseOffset);
    this.acknowledged++;
    this.target = process;
    this.sequence += this.records;
    this.batch = undefined;
    this.attempt++;
    this.later(this.world.profile.thinkMs * 2 * this.world.random.unit(), () => this.next());
  }

  private pick(): SimProcess | undefined {
    const { random } = this.world;
    const believed = this.target;
    if (believed?.alive === true && random.unit() < 0.95) return believed;
    this.target = undefined;
    const processes = this.world.processes();
    const serving = processes.filter((process) => process.replicas?.get(this.group)?.serving === true);
    const from = serving.length > 0 && random.unit() < 0.8 ? serving : processes;
    return from[random.below(Math.max(1, from.length))];
  }

  private later(delayMs: number, task: () => void): void {
    this.world.time.after(delayMs, undefined, `producer ${this.id}`, () => {
      try {
        task();
      } catch (error) {
        this.world.failed(error);
      }
    });
  }
}

export class Reader {
  private readonly world: ClientWorld;
  private readonly history: StreamHistory;
  private readonly everyMs: number;
  private stopped = false;

  constructor(world: ClientWorld, history: StreamHistory, everyMs: number) {
    this.world = world;
    this.history = history;
    this.everyMs = everyMs;
    this.plan();
  }

  stop(): void {
    this.stopped = true;
  }

  private plan(): void {
    if (this.stopped) return;
    const { time, random } = this.world;
    time.after(this.everyMs * (0.5 + random.unit()), undefined, 'reader', () => {
      this.read();
      this.plan();
    });
  }

  private read(): void {
    const { random } = this.world;
    const { group } = this.history;
    // Old leaders that still believe in themselves are the interesting ones.
    const serving = this.world
      .processes()
      .filter((process) => process.replicas?.get(group)?.serving === true);
    const process = serving[random.below(Math.max(1, serving.length))];
    if (process === undefined) return;
    const { floor } = this.history;
    process.run(
      'read',
      () => {
        const replica = process.replicas?.get(group);
        if (replica === undefined) return;
        process.front
          .read(replica, 500 + random.unit() * 2_000, random)
          .then((seen) => {
            if (seen === undefined) return;
            this.history.sawEnd(floor, seen.endOffset, process.name);
            for (const batch of seen.batches) this.history.sawBatch(batch, process.name);
          })
          .catch((error: unknown) => {
            if (!isFlowError(error)) this.world.failed(error);
          });
      },
      0.2 + random.unit(),
    );
  }
}
