/**
 * The leases that the workers of a mesh hold, kept by a thread of their own: handlers that block the event loop do not lose their jobs.
 *
 *   idle ─ first job ─► starting: kept here ─ the thread is ready ─► kept by the thread ─ it failed ─► kept here, with a warning
 *                           └─ it cannot be started ─────────────────────────────────────────────────────┘
 *
 * Invariants: whoever keeps them next is told of every lease that is held; no handler begins before the thread is there, is known not
 * to come, or has kept it waiting for LEASE_THREAD_START_MS.
 */
import type { Scheduler, TimerHandle } from '@flowmesh/base';
import { LEASE_THREAD_START_MS } from '../limits.ts';
import { type Extension, LeaseKeeper } from './lease-keeper.ts';
import type { FromLeaseKeeper, HeldLease, ToLeaseKeeper } from './lease-messages.ts';
import type { SettleOutcome } from './queue-types.ts';

export interface LeaseThread {
  tell(message: ToLeaseKeeper): void;
  end(): Promise<void>;
}

export interface LeaseThreadEvents {
  told(message: FromLeaseKeeper): void;
  /** It is not there any more; may be said more than once. */
  failed(error: unknown): void;
}

export interface LeaseGuardPorts {
  readonly scheduler: Scheduler;
  /** The clock that threads share. */
  nowMs(): number;
  /** Throws where there are no threads. */
  startThread(events: LeaseThreadEvents): LeaseThread;
  /** Without a thread, from here. */
  extend(extension: Extension): Promise<readonly SettleOutcome[]>;
  warn(text: string): void;
}

export interface LeaseEvents {
  lost(outcome: SettleOutcome['outcome']): void;
  /** Its handler has taken too long: it is not extended any more. */
  overdue(): void;
}

/** One job in a worker's hands. */
export interface Hold {
  /** Its handler begins. */
  begun(): void;
  /** It is settled, or not the worker's any more. May be repeated. */
  release(): void;
}

interface Wanted extends Pick<HeldLease, 'queue' | 'receipt' | 'leaseMs' | 'maxHandlerMs'> {
  /** How long the job may have lain unread. */
  readonly unreadMs: number;
}

export class LeaseGuard {
  private readonly ports: LeaseGuardPorts;
  private readonly held = new Map<number, { lease: HeldLease; readonly events: LeaseEvents }>();
  private readonly here: LeaseKeeper;
  private readonly awaited = Promise.withResolvers<void>();
  private thread: LeaseThread | undefined;
  private patience: TimerHandle | undefined;
  private state: 'idle' | 'starting' | 'thread' | 'here' | 'closed' = 'idle';
  private begin = false;
  private lastId = 0;

  constructor(ports: LeaseGuardPorts) {
    this.ports = ports;
    const { scheduler } = ports;
    this.here = new LeaseKeeper({
      scheduler,
      nowMs: () => ports.nowMs(),
      extend: (extension) => ports.extend(extension),
      tell: (message) => this.told(message),
    });
  }

  /** Handlers may begin. */
  get ready(): boolean {
    return this.begin;
  }

  /** Once a job is held: resolves when handlers may begin. */
  async whenReady(): Promise<void> {
    await this.awaited.promise;
  }

  hold({ unreadMs, ...wanted }: Wanted, events: LeaseEvents): Hold {
    if (this.state === 'idle') this.start();
    const nowMs = this.ports.nowMs();
    const id = ++this.lastId;
    const lease: HeldLease = { ...wanted, id, sinceMs: nowMs - unreadMs, begunMs: nowMs };
    const entry = { lease, events };
    this.held.set(id, entry);
    this.say({ kind: 'hold', lease });
    return {
      begun: () => {
        const atMs = this.ports.nowMs();
        entry.lease = { ...lease, begunMs: atMs };
        this.say({ kind: 'begun', id, atMs });
      },
      release: () => {
        if (this.held.delete(id)) this.say({ kind: 'release', id });
      },
    };
  }

  /** Nothing is extended any more. */
  async close(): Promise<void> {
    const { thread } = this;
    this.state = 'closed';
    this.thread = undefined;
    this.held.clear();
    this.here.hear({ kind: 'end' });
    this.letBegin();
    await thread?.end();
  }

  private start(): void {
    this.state = 'starting';
    this.patience = this.ports.scheduler.after(LEASE_THREAD_START_MS, () => this.letBegin());
    try {
      this.thread = this.ports.startThread({
        told: (message) => this.told(message),
        failed: (error) => this.failed(error),
      });
    } catch (error) {
      this.failed(error);
    }
  }

  private say(message: ToLeaseKeeper): void {
    if (this.state === 'thread') this.thread?.tell(message);
    else if (this.state !== 'closed') this.here.hear(message);
  }

  private told(message: FromLeaseKeeper): void {
    switch (message.kind) {
      case 'ready':
        if (this.state !== 'starting') return;
        this.here.hear({ kind: 'end' });
        this.passOn('thread');
        return;
      case 'lost':
        this.drop(message.id)?.lost(message.outcome);
        return;
      case 'overdue':
        this.drop(message.id)?.overdue();
        return;
    }
  }

  private drop(id: number): LeaseEvents | undefined {
    const events = this.held.get(id)?.events;
    this.held.delete(id);
    return events;
  }

  private failed(error: unknown): void {
    if (this.state !== 'starting' && this.state !== 'thread') return;
    this.thread = undefined;
    const why = error instanceof Error ? error.message : String(error);
    this.ports.warn(
      `The leases of jobs are extended on the event loop of the handlers, for the thread that should do it is not there: ${why}. A handler that keeps ` +
        'the event loop busy for longer than two thirds of leaseMs may lose its job: give it a longer leaseMs, or await now and then.',
    );
    this.here.hear({ kind: 'end' });
    this.passOn('here');
  }

  private passOn(to: 'thread' | 'here'): void {
    this.state = to;
    for (const { lease } of this.held.values()) this.say({ kind: 'hold', lease });
    this.letBegin();
  }

  private letBegin(): void {
    this.patience?.cancel();
    this.begin = true;
    this.awaited.resolve();
  }
}
