/**
 * Holds the jobs of a worker as long as it has them: each lease is extended when a third of it has passed, whatever the handlers do, and
 * again soon where that did not get through. Only an answer ends a hold: a lease is lost when its shard says so.
 */
import type { Scheduler, TimerHandle } from '@flowmesh/base';
import type { SettleOutcome } from './queue-types.ts';

export interface HeldLease {
  /** Monotonic clock, when the last delivery or extension that is known to have succeeded was asked for. */
  heldSinceMs: number;
  extending: boolean;
}

export interface LeaseKeeperPorts<L extends HeldLease> {
  readonly scheduler: Scheduler;
  readonly leaseMs: number;
  nowMs(): number;
  /** All that is held now. */
  held(): Iterable<L>;
  extend(lease: L): Promise<SettleOutcome>;
  lost(lease: L, outcome: SettleOutcome['outcome']): void;
}

export class LeaseKeeper<L extends HeldLease> {
  private readonly ports: LeaseKeeperPorts<L>;
  private timer: TimerHandle | undefined;

  constructor(ports: LeaseKeeperPorts<L>) {
    this.ports = ports;
    this.arm();
  }

  stop(): void {
    this.timer?.cancel();
    this.timer = undefined;
  }

  private arm(): void {
    const everyMs = Math.max(20, this.ports.leaseMs / 12);
    this.timer = this.ports.scheduler.after(everyMs, () => {
      this.arm();
      this.look();
    });
  }

  private look(): void {
    const { ports } = this;
    const nowMs = ports.nowMs();
    for (const lease of ports.held()) {
      if (lease.extending || nowMs - lease.heldSinceMs < ports.leaseMs / 3) continue;
      lease.extending = true;
      ports.extend(lease).then(
        ({ outcome }) => {
          lease.extending = false;
          if (outcome === 'extended') lease.heldSinceMs = nowMs;
          else ports.lost(lease, outcome);
        },
        () => {
          // Tried again at the next look.
          lease.extending = false;
        },
      );
    }
  }
}
