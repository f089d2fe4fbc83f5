/**
 * For how long each move has stood still. Told only where this node leads the partition: progress there is another step, another state
 * of a replica, or a smaller lag than ever before. Elsewhere nothing is known of the progress, so that a move counts as still only
 * after far longer. Looked at on an interval; bounded by the moves that there are.
 */
import type { GroupId } from '@flowmesh/base';
import type { Clock, Scheduler, TimerHandle } from '@flowmesh/base';
import type { CatalogPort, ClusterOpsPort } from '../ports.ts';

const INTERVAL_MS = 10_000;
/** What a move led elsewhere is given before its age alone makes it suspicious. */
const UNSEEN_GRACE_MS = 3_600_000;

export interface MoveWatchPorts {
  readonly catalog: CatalogPort;
  readonly ops: ClusterOpsPort;
  readonly clock: Clock;
  readonly scheduler: Scheduler;
}

interface Seen {
  readonly text: string;
  /** Smallest so far, of all replicas together. */
  readonly lagEntries: number;
  readonly sinceMs: number;
  readonly leading: boolean;
}

export class MoveWatch {
  private readonly ports: MoveWatchPorts;
  private seen = new Map<GroupId, Seen>();
  private timer: TimerHandle | undefined;
  private closed = false;

  constructor(ports: MoveWatchPorts) {
    this.ports = ports;
    this.look();
  }

  stillMs(group: GroupId): number {
    const seen = this.seen.get(group);
    if (seen === undefined) return 0;
    const stillMs = this.ports.clock.monotonicMs() - seen.sinceMs;
    return seen.leading ? stillMs : Math.max(0, stillMs - UNSEEN_GRACE_MS);
  }

  close(): void {
    this.closed = true;
    this.timer?.cancel();
  }

  private look(): void {
    if (this.closed) return;
    const { catalog, ops, clock, scheduler } = this.ports;
    const nowMs = clock.monotonicMs();
    const next = new Map<GroupId, Seen>();
    for (const { group, move } of catalog.machine.moving()) {
      const details = ops.replicaDetails(group);
      const states = details?.map((each) => `${each.node} ${each.role} ${each.state}`).join() ?? '';
      const lagEntries = (details ?? []).reduce((sum, each) => sum + each.lagEntries, 0);
      const text = `${move?.revision ?? 0} ${ops.moveProgress(group)?.step ?? ''} ${states}`;
      const before = this.seen.get(group);
      const leading = details !== undefined;
      const still =
        before !== undefined &&
        before.text === text &&
        before.leading === leading &&
        lagEntries >= before.lagEntries;
      next.set(group, still ? before : { text, lagEntries, sinceMs: nowMs, leading });
    }
    this.seen = next;
    this.timer = scheduler.after(INTERVAL_MS, () => this.look());
  }
}
