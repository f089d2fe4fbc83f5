/**
 * Who waits for records of a stream hears here that one of its partitions has found another leader. Clients of Kafka look where things are
 * only between two fetches, and several of them wait for every fetch that they have under way: a long poll at a living node would keep
 * them from what the dead one led.
 */
import { qualifiedNameOf } from '@flowmesh/engines';
import type { CatalogPort, LeaderPort } from '../ports.ts';

export interface LeaderChangesPorts {
  readonly leaders: Pick<LeaderPort, 'leaderOf' | 'onLeaderChange'>;
  readonly catalog: Pick<CatalogPort, 'machine'>;
}

export class LeaderChanges {
  /** By the qualified name of the stream. */
  private readonly waiting = new Map<string, Set<() => void>>();
  readonly close: () => void;

  constructor({ leaders, catalog }: LeaderChangesPorts) {
    this.close = leaders.onLeaderChange((group) => {
      if (this.waiting.size === 0 || leaders.leaderOf(group) === undefined) return;
      const uuid = catalog.machine.partitionOfGroup(group)?.stream;
      const stream = uuid === undefined ? undefined : catalog.machine.streamByUuid(uuid);
      const woken = stream === undefined ? undefined : this.waiting.get(qualifiedNameOf(stream));
      for (const wake of woken ?? []) wake();
    });
  }

  /** Calls `wake` whenever a partition of one of them has a new leader; returns how to stop it. */
  watch(streams: ReadonlySet<string>, wake: () => void): () => void {
    for (const stream of streams) {
      const waiting = this.waiting.get(stream) ?? new Set();
      this.waiting.set(stream, waiting.add(wake));
    }
    return () => {
      for (const stream of streams) {
        const waiting = this.waiting.get(stream);
        waiting?.delete(wake);
        if (waiting?.size === 0) this.waiting.delete(stream);
      }
    };
  }
}
