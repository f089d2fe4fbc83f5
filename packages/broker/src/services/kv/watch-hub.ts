/**
 * All watches of one shard that this node leads. Changes are looked at once when they are applied, and given to the watches that cover them;
 * watches that are behind read the log, a bounded number of them at a time.
 */
import type { FlowError } from '@flowmesh/base';
import { type KvMachine, KvReader } from '@flowmesh/engines';
import { type Deadline, type DeadlineWheel, NO_DEADLINE } from '../deadline-wheel.ts';
import type { ServedShard, ShardWatcher } from '../shard/served-shard.ts';
import { KeyWatch, type WatchedShard, type WatchSink, type WatchWish } from './key-watch.ts';
import { WatchIndex } from './watch-index.ts';

/** Watches of a shard that read the log at once. */
const CATCHING_UP_MAX = 16;

interface Held {
  readonly watch: KeyWatch;
  readonly progress: Progress;
}

export class WatchHub implements ShardWatcher, WatchedShard {
  readonly reader: KvReader;
  private readonly served: ServedShard<KvMachine>;
  private readonly wheel: DeadlineWheel;
  private readonly onEmpty: () => void;
  private readonly index = new WatchIndex<KeyWatch>();
  private readonly held = new Map<KeyWatch, Held>();
  private readonly queue = new Set<KeyWatch>();
  private readonly catching = new Set<KeyWatch>();
  told: number;

  constructor(served: ServedShard<KvMachine>, wheel: DeadlineWheel, onEmpty: () => void) {
    this.served = served;
    this.wheel = wheel;
    this.onEmpty = onEmpty;
    this.reader = new KvReader(served.machine, served.replica.state);
    this.told = served.machine.revision;
    served.watch(this);
  }

  get size(): number {
    return this.held.size;
  }

  get revision(): number {
    return this.served.machine.revision;
  }

  add(sink: WatchSink, wish: WatchWish, progressMs: number): KeyWatch {
    // What is applied and not given out yet goes to those who were here before.
    this.onAdvance();
    const watch = new KeyWatch(this, sink, wish);
    const progress = new Progress(watch, this.wheel, progressMs);
    this.held.set(watch, { watch, progress });
    this.index.add(watch);
    progress.begin();
    watch.start();
    return watch;
  }

  remove(watch: KeyWatch): void {
    const held = this.held.get(watch);
    if (held === undefined) return;
    this.held.delete(watch);
    this.index.remove(watch);
    this.queue.delete(watch);
    held.progress.stop();
    watch.end(undefined);
    if (this.held.size > 0) return;
    this.served.unwatch(this);
    this.onEmpty();
  }

  onAdvance(): void {
    const { machine } = this.served;
    if (machine.revision === this.told) return;
    const from = this.told + 1;
    const events = machine.recentEvents(from);
    this.told = machine.revision;
    if (events === undefined) {
      for (const watch of this.held.keys()) watch.fellOut(from);
      return;
    }
    const touched = new Set<KeyWatch>();
    for (const event of events) {
      this.index.matching(event.key, (watch) => {
        watch.offer(event);
        touched.add(watch);
      });
    }
    for (const watch of touched) watch.flush(this.told);
  }

  onLost(error: FlowError): void {
    const watches = [...this.held.values()];
    this.held.clear();
    this.queue.clear();
    for (const { watch, progress } of watches) {
      progress.stop();
      watch.end(error);
    }
    this.onEmpty();
  }

  schedule(watch: KeyWatch): void {
    if (this.catching.has(watch)) return;
    this.queue.add(watch);
    this.pump();
  }

  private pump(): void {
    for (const watch of this.queue) {
      if (this.catching.size >= CATCHING_UP_MAX) return;
      this.queue.delete(watch);
      this.catching.add(watch);
      void this.step(watch);
    }
  }

  private async step(watch: KeyWatch): Promise<void> {
    await watch.catchUp();
    this.catching.delete(watch);
    if (watch.over) this.remove(watch);
    else if (watch.wantsMore) this.queue.add(watch);
    this.pump();
  }
}

/** Tells a quiet watch now and then how far it is. */
class Progress implements Deadline {
  wheelTick: number = NO_DEADLINE.wheelTick;
  wheelNext: Deadline | undefined = NO_DEADLINE.wheelNext;
  wheelPrevious: Deadline | undefined = NO_DEADLINE.wheelPrevious;
  private readonly watch: KeyWatch;
  private readonly wheel: DeadlineWheel;
  private readonly everyMs: number;

  constructor(watch: KeyWatch, wheel: DeadlineWheel, everyMs: number) {
    this.watch = watch;
    this.wheel = wheel;
    this.everyMs = everyMs;
  }

  begin(): void {
    this.wheel.add(this, this.everyMs);
  }

  stop(): void {
    this.wheel.remove(this);
  }

  expire(): void {
    this.watch.tellProgress();
    if (!this.watch.over) this.begin();
  }
}
