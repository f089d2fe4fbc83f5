/**
 * Holds jobs as long as it is told to: each lease is extended when a third of it has passed, whatever the handlers do, and again soon where
 * that did not get through. Runs in a thread of its own (`lease-thread.ts`), and among the handlers where there is none.
 *
 * Invariants: only an answer ends a hold before its time: a lease is lost when its shard says so. One extension of a lease is under way at a
 * time. No lease is extended once its handler has been silent for `maxHandlerMs`.
 */
import type { Scheduler, TimerHandle } from '@flowmesh/base';
import type { LeaderCallDeps } from '../routing/leader-call.ts';
import type { FromLeaseKeeper, HeldLease, ToLeaseKeeper } from './lease-messages.ts';
import type { JobReceipt, SettleOutcome } from './queue-types.ts';
import { settle } from './settler.ts';

export interface Extension {
  readonly queue: string;
  /** All of one shard. */
  readonly receipts: readonly JobReceipt[];
  readonly visibilityMs: number;
}

export interface LeaseKeeperPorts {
  readonly scheduler: Scheduler;
  nowMs(): number;
  /** Outcomes in the order of the receipts. */
  extend(extension: Extension): Promise<readonly SettleOutcome[]>;
  tell(message: FromLeaseKeeper): void;
}

interface Kept {
  readonly lease: HeldLease;
  begunMs: number;
  /** When the last delivery or extension that is known to have succeeded was asked for. */
  heldSinceMs: number;
  extending: boolean;
}

/** Leases are looked at so often in their time, and no more often than every 20 ms. */
const LOOKS_PER_LEASE = 12;
const LOOK_MS_MIN = 20;

export class LeaseKeeper {
  private readonly ports: LeaseKeeperPorts;
  private readonly kept = new Map<number, Kept>();
  private timer: { readonly handle: TimerHandle; readonly everyMs: number } | undefined;

  constructor(ports: LeaseKeeperPorts) {
    this.ports = ports;
  }

  hear(message: ToLeaseKeeper): void {
    switch (message.kind) {
      case 'hold': {
        const { lease } = message;
        const { sinceMs: heldSinceMs, begunMs } = lease;
        this.kept.set(lease.id, { lease, begunMs, heldSinceMs, extending: false });
        this.arm(lookMs(lease));
        return;
      }
      case 'begun': {
        const kept = this.kept.get(message.id);
        if (kept !== undefined) kept.begunMs = message.atMs;
        return;
      }
      case 'release':
        this.kept.delete(message.id);
        return;
      case 'end':
        this.kept.clear();
        this.timer?.handle.cancel();
        this.timer = undefined;
        return;
    }
  }

  /** As often as the shortest lease asks for. */
  private arm(everyMs: number): void {
    if (this.timer !== undefined) {
      if (this.timer.everyMs <= everyMs) return;
      this.timer.handle.cancel();
    }
    const handle = this.ports.scheduler.after(everyMs, () => {
      this.timer = undefined;
      this.look();
      let nextMs = Number.POSITIVE_INFINITY;
      for (const { lease } of this.kept.values()) nextMs = Math.min(nextMs, lookMs(lease));
      if (this.kept.size > 0) this.arm(nextMs);
    });
    this.timer = { handle, everyMs };
  }

  private look(): void {
    const nowMs = this.ports.nowMs();
    const due: Kept[] = [];
    for (const kept of this.kept.values()) {
      const { lease } = kept;
      if (nowMs - kept.begunMs >= lease.maxHandlerMs) {
        this.kept.delete(lease.id);
        this.ports.tell({ kind: 'overdue', id: lease.id });
      } else if (!kept.extending && nowMs - kept.heldSinceMs >= lease.leaseMs / 3) due.push(kept);
    }
    const together = Map.groupBy(
      due,
      ({ lease }) => `${lease.queue}/${lease.receipt.shard}/${lease.leaseMs}`,
    );
    for (const all of together.values()) void this.extend(all, nowMs);
  }

  private async extend(all: readonly Kept[], nowMs: number): Promise<void> {
    const [first] = all;
    if (first === undefined) return;
    const { queue, leaseMs: visibilityMs } = first.lease;
    for (const kept of all) kept.extending = true;
    try {
      const receipts = all.map(({ lease }) => lease.receipt);
      const outcomes = await this.ports.extend({ queue, receipts, visibilityMs });
      for (const [i, kept] of all.entries()) this.extended(kept, outcomes[i]?.outcome ?? 'gone', nowMs);
    } catch {
      // Tried again at the next look.
    } finally {
      for (const kept of all) kept.extending = false;
    }
  }

  private extended(kept: Kept, outcome: SettleOutcome['outcome'], askedMs: number): void {
    const { id } = kept.lease;
    if (outcome === 'extended') kept.heldSinceMs = askedMs;
    else if (this.kept.delete(id)) this.ports.tell({ kind: 'lost', id, outcome });
  }
}

/** Extends at whoever leads the shard; time is up when the lease is. */
export function extendAtLeader(
  deps: LeaderCallDeps,
  { queue, receipts, visibilityMs }: Extension,
): Promise<readonly SettleOutcome[]> {
  const items = receipts.map((receipt) => ({ kind: 'extend', receipt, visibilityMs }) as const);
  return settle(deps, queue, items, { timeoutMs: visibilityMs });
}

function lookMs({ leaseMs }: HeldLease): number {
  return Math.max(LOOK_MS_MIN, leaseMs / LOOKS_PER_LEASE);
}
