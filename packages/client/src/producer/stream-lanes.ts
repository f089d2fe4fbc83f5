/** One stream as a producer sees it: its lanes, the sends that wait, and the partition that keyless records go to now. */
import { must, type Random } from '@flowmesh/base';
import type { Router } from '../routing/router.ts';
import type { PartitionLane } from './partition-lane.ts';
import { SendQueue } from './send-queue.ts';

export interface StreamLanesOptions {
  readonly stream: string;
  readonly router: Router;
  readonly random: Random;
  readonly makeLane: (partition: number) => PartitionLane;
}

export class StreamLanes {
  readonly stream: string;
  readonly waiting = new SendQueue();
  readonly lanes: PartitionLane[] = [];
  /** Metadata is being asked for. */
  loading = false;
  private readonly router: Router;
  private readonly makeLane: (partition: number) => PartitionLane;
  private readonly unwatch: () => void;
  private sticky: number;

  constructor(options: StreamLanesOptions) {
    this.stream = options.stream;
    this.router = options.router;
    this.makeLane = options.makeLane;
    this.unwatch = options.router.watch(options.stream);
    this.sticky = options.random.below(2 ** 16);
  }

  get known(): boolean {
    return this.lanes.length > 0;
  }

  get idle(): boolean {
    return this.waiting.peek() === undefined && this.lanes.every((lane) => lane.idle);
  }

  /** Adds lanes for partitions that have come to be known. */
  grow(): void {
    const count = this.router.cache.stream(this.stream)?.partitions.length ?? 0;
    for (let partition = this.lanes.length; partition < count; partition++) {
      this.lanes.push(this.makeLane(partition));
    }
  }

  lane(partition: number): PartitionLane {
    return must(this.lanes[partition], 'a lane for every partition');
  }

  /** Stays with a partition while a record of `sizeBytes` goes into its open batch, then takes the next one that has a leader. */
  stickyPartition(sizeBytes: number): number {
    const count = this.lanes.length;
    const current = this.sticky % count;
    if (this.lane(current).hasRoomFor(sizeBytes)) return current;
    this.lane(current).endBatch();
    for (let step = 1; step <= count; step++) {
      const candidate = (current + step) % count;
      if (this.router.leaderOf(this.stream, candidate) === undefined) continue;
      this.sticky = candidate;
      return candidate;
    }
    this.sticky = (current + 1) % count;
    return this.sticky;
  }

  close(): void {
    this.unwatch();
  }
}
