/**
 * A watcher of a bucket's shard: it is told every change of what it watches, once and in order, over any number of leaders. Its connection
 * breaks, and it is slow at times; then it goes on where it was.
 *
 *   asking ─► watching ─ leader lost, connection broken ─► asking, from the first change that it was not told
 */
import { type FlowError, type GroupId, isFlowError, utf8Decode, utf8Encode } from '@flowmesh/base';
import type {
  Place,
  WatchedEvent,
  WatchSink,
} from '../../../../packages/broker/src/services/kv/key-watch.ts';
import type { KvService } from '../../../../packages/broker/src/services/kv/kv-service.ts';
import type { Caller } from '../../../../packages/broker/src/services/ports.ts';
import { violated } from '../../check/violation.ts';
import type { SimProcess } from '../../world/sim-process.ts';
import { ask, choose, type Outcome } from '../ask.ts';
import type { EngineWorld } from '../workload.ts';
import type { KvModel, ModelEvent } from './kv-model.ts';

export interface WatcherPlace {
  readonly bucket: string;
  readonly shard: number;
  readonly group: GroupId;
  readonly model: KvModel;
  serviceOf(process: SimProcess): KvService | undefined;
}

type Connection = { readonly process: SimProcess; readonly resume: () => void; readonly stop: () => void };

const RETRY_MS = 150;
const BREAKS = 0.03;
const SLOW = 0.05;
const PROGRESS_MS = 400;

export class KvWatcher {
  private readonly world: EngineWorld;
  private readonly place: WatcherPlace;
  private readonly name: string;
  private readonly prefix: string;
  private readonly caller: Caller;
  /** The first change that it has not been told; undefined until it has been told where it begins. */
  private next: Place | undefined;
  /** Changes of the model before this one have been told, or are not watched. */
  private position = 0;
  /** Of connections: what an old one says is not heard. */
  private attempt = 0;
  private connection: Connection | undefined;

  constructor(
    world: EngineWorld,
    place: WatcherPlace,
    options: { readonly name: string; readonly prefix: string; readonly caller: Caller },
  ) {
    this.world = world;
    this.place = place;
    this.name = options.name;
    this.prefix = options.prefix;
    this.caller = options.caller;
    this.later(world.random.unit() * 500, () => this.connect());
  }

  /** A change that it has not been told of yet, though it watches. */
  get missing(): string | undefined {
    if (this.next === undefined) return undefined;
    const missed = this.place.model.events.slice(this.position).find((event) => this.covers(event));
    return missed === undefined ? undefined : `${this.name} was not told of ${where(missed)}`;
  }

  private connect(): void {
    const { world, place } = this;
    const attempt = ++this.attempt;
    this.connection = undefined;
    const process = choose(world, (each) => each.replicas?.get(place.group)?.serving === true);
    const service = process === undefined ? undefined : place.serviceOf(process);
    if (process === undefined || service === undefined) {
      this.reconnect(attempt);
      return;
    }
    const target = { kind: 'prefix', prefix: utf8Encode(this.prefix) } as const;
    const wish = { target, from: this.next, previous: false, keysOnly: false, filter: undefined };
    const sink = this.sink(attempt);
    ask(world, {
      label: this.name,
      process,
      timeoutMs: 2_500,
      request: () =>
        service.watch(
          { caller: this.caller, bucket: place.bucket, shard: place.shard },
          wish,
          sink,
          PROGRESS_MS,
        ),
      done: (outcome: Outcome<Pick<Connection, 'resume' | 'stop'>>) => {
        if (attempt !== this.attempt) return;
        if (outcome.kind !== 'answered') this.reconnect(attempt);
        else {
          this.connection = { process, ...outcome.value };
          this.lookAfter(attempt);
        }
      },
    });
  }

  private sink(attempt: number): WatchSink {
    return {
      deliver: (events, progressRevision) => {
        if (attempt !== this.attempt) return true;
        try {
          for (const event of events) this.told(event);
          if (progressRevision > 0 || this.next === undefined) this.progressed(progressRevision);
        } catch (error) {
          this.world.failed(error);
        }
        if (this.world.random.unit() >= SLOW) return true;
        this.later(20 + this.world.random.unit() * 300, () => {
          const { connection } = this;
          if (attempt === this.attempt) connection?.process.run('resume', connection.resume);
        });
        return false;
      },
      ended: (error) => {
        if (attempt !== this.attempt) return;
        try {
          this.lost(error);
        } catch (failure) {
          this.world.failed(failure);
        }
        this.reconnect(attempt);
      },
    };
  }

  private told({ event, value }: WatchedEvent): void {
    const { model } = this.place;
    const at = { revision: event.revision, index: event.index };
    const expected = this.advanceTo(at, false);
    const key = utf8Decode(event.key);
    const text = value === undefined ? '' : utf8Decode(value);
    if (expected?.key !== key || expected.kind !== event.kind || expected.value !== text) {
      violated(
        'watch-complete',
        `${this.name} is told ${event.kind} ${key} at ${at.revision}.${at.index}, which is ${expected === undefined ? 'no change or told before' : where(expected)}; ${model.events.length} changes`,
      );
    }
    this.next = { revision: at.revision, index: at.index + 1 };
  }

  private progressed(revision: number): void {
    const { model } = this.place;
    if (this.next === undefined) {
      while ((model.events[this.position]?.revision ?? Number.POSITIVE_INFINITY) <= revision) this.position++;
    } else this.advanceTo({ revision: revision + 1, index: 0 }, true);
    const next = { revision: revision + 1, index: 0 };
    if (this.next === undefined || isBefore(this.next, next)) this.next = next;
  }

  /** Moves on over what it does not watch; a watched change before `place` was left out. Returns the change at `place`. */
  private advanceTo(place: Place, exclusive: boolean): ModelEvent | undefined {
    const { events } = this.place.model;
    for (;;) {
      const event = events[this.position];
      if (event === undefined || (!isBefore(event, place) && (exclusive || !isSame(event, place))))
        return undefined;
      this.position++;
      if (!exclusive && isSame(event, place)) return event;
      if (this.covers(event)) violated('watch-complete', `${this.name} was not told of ${where(event)}`);
    }
  }

  private lost(error: FlowError): void {
    if (error.code !== 'REVISION_COMPACTED') return;
    const { model } = this.place;
    const earliest = Number(error.details['earliestRevision']);
    if (!model.mayCompact || this.next === undefined || earliest <= this.next.revision)
      violated('watch-complete', `${this.name} is refused at ${this.next?.revision}: ${error.message}`);
    // It has to read anew, and begins with what comes.
    this.next = undefined;
  }

  private covers(event: ModelEvent): boolean {
    return event.key.startsWith(this.prefix);
  }

  /** Its process may die, or the connection break. */
  private lookAfter(attempt: number): void {
    this.later(200, () => {
      if (attempt !== this.attempt || this.connection === undefined) return;
      const { process, stop } = this.connection;
      const breaks = this.world.random.unit() < BREAKS;
      if (process.alive && !breaks) {
        this.lookAfter(attempt);
        return;
      }
      if (process.alive) process.run('stop watching', stop);
      this.reconnect(attempt);
    });
  }

  private reconnect(attempt: number): void {
    if (attempt !== this.attempt) return;
    this.attempt++;
    this.later(RETRY_MS * (0.2 + this.world.random.unit()), () => this.connect());
  }

  private later(delayMs: number, task: () => void): void {
    this.world.time.after(delayMs, undefined, this.name, () => {
      try {
        task();
      } catch (error) {
        if (!isFlowError(error)) this.world.failed(error);
      }
    });
  }
}

function isBefore(a: Place, b: Place): boolean {
  return a.revision < b.revision || (a.revision === b.revision && a.index < b.index);
}

function isSame(a: Place, b: Place): boolean {
  return a.revision === b.revision && a.index === b.index;
}

function where({ kind, key, revision, index }: ModelEvent): string {
  return `${kind} ${key} at ${revision}.${index}`;
}
