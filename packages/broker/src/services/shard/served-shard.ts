/**
 * One shard that this node leads, for one term: what is bound to the term (waiting requests, staged work) hangs on it and ends with it.
 * Commands of one event-loop turn are proposed together, in the order of their calls.
 *
 *   propose ─ room? replicas? ─► this turn's proposals ─► committed and applied: the machine's reply
 *                                                   └─► caller's time is up: TIMEOUT, outcome unknown
 */
import { FlowError } from '@flowmesh/base';
import type { Machine, Reply } from '@flowmesh/engines';
import type { Proposal, ProposalResult, Replica } from '../../replica/replica-api.ts';
import { type Deadline, type DeadlineWheel, NO_DEADLINE } from '../deadline-wheel.ts';
import type { DiskPort } from '../ports.ts';
import type { LeaderClock } from './leader-clock.ts';

/** What every machine of a shard tells its services. */
export interface ShardMachine extends Machine<unknown> {
  /** The greatest time that a command has brought. */
  readonly timeMs: number;
  /** Metadata revision of the configuration that it has; 0 before the first one. */
  readonly configRevision: number;
  /** Earliest time at which an expire command would change something. */
  dueAtMs(): number | undefined;
}

/** Told about one shard. Both calls may add and remove watchers. */
export interface ShardWatcher {
  /** Commands were applied. */
  onAdvance(): void;
  /** This node serves the shard no more; the watcher has been removed. */
  onLost(error: FlowError): void;
}

export type ShardResult =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly error: FlowError };

export type ShardDone = (result: ShardResult) => void;

export interface ServedShardPorts {
  readonly clock: LeaderClock;
  readonly wheel: DeadlineWheel;
  readonly disk: DiskPort;
  endOfTurn(task: () => void): void;
  /** In-sync replicas that a write needs. */
  minInsync(): number;
  notLeader(): FlowError;
}

export class ServedShard<M extends ShardMachine = ShardMachine> {
  readonly replica: Replica;
  readonly machine: M;
  readonly term: number;
  private readonly ports: ServedShardPorts;
  private readonly watchers = new Set<ShardWatcher>();
  private queue: PendingCommand[] = [];
  /** In-sync replicas as counted in this turn; -1: not counted yet. */
  private inSync = -1;
  private ended = false;

  constructor(replica: Replica, machine: M, ports: ServedShardPorts) {
    this.replica = replica;
    this.machine = machine;
    this.term = replica.term;
    this.ports = ports;
  }

  /** False once this node serves the shard no more, or in another term. */
  get alive(): boolean {
    return !this.ended;
  }

  /** To be stamped on commands. */
  nowMs(): number {
    return this.ports.clock.nowMs();
  }

  /**
   * The machine's value. Rejects with its refusal; with NOT_LEADER, OVERLOADED, DISK_FULL or NOT_ENOUGH_REPLICAS where nothing was
   * written; with TIMEOUT or UNAVAILABLE and `outcome: 'unknown'` where it may have been.
   */
  propose(command: Uint8Array, timeoutMs: number): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.proposeThen(command, timeoutMs, (result) => {
        if (result.ok) resolve(result.value);
        else reject(result.error);
      });
    });
  }

  /** The same without a promise. `done` is called once, possibly before this returns. */
  proposeThen(command: Uint8Array, timeoutMs: number, done: ShardDone): void {
    const refused = this.refusal(command);
    if (refused !== undefined) {
      done({ ok: false, error: refused });
      return;
    }
    const minDurable = this.ports.minInsync();
    const pending = new PendingCommand({
      command,
      minDurable,
      wheel: this.ports.wheel,
      done,
      located: this.located,
    });
    this.ports.wheel.add(pending, timeoutMs);
    if (this.queue.push(pending) === 1) this.ports.endOfTurn(() => this.flush());
  }

  /** Resolves when all that was committed before the call is applied here, and this node still leads. */
  async readBarrier(timeoutMs: number): Promise<void> {
    if (this.ended) throw this.ports.notLeader();
    try {
      await this.replica.readBarrier(timeoutMs);
    } catch (error) {
      throw error instanceof FlowError ? this.located(error) : error;
    }
  }

  watch(watcher: ShardWatcher): void {
    this.watchers.add(watcher);
  }

  unwatch(watcher: ShardWatcher): void {
    this.watchers.delete(watcher);
  }

  advanced(): void {
    for (const watcher of this.watchers) watcher.onAdvance();
  }

  lost(error: FlowError): void {
    this.ended = true;
    const gone = [...this.watchers];
    this.watchers.clear();
    for (const watcher of gone) watcher.onLost(error);
  }

  private refusal(command: Uint8Array): FlowError | undefined {
    if (this.ended) return this.ports.notLeader();
    const { disk } = this.ports;
    if (!disk.writable() && (this.machine.needsRoom?.(command) ?? true)) return diskFull(disk);
    return this.notEnoughReplicas(this.ports.minInsync());
  }

  private notEnoughReplicas(wanted: number): FlowError | undefined {
    if (wanted <= 1) return undefined;
    if (this.inSync === -1 || this.queue.length === 0) this.inSync = this.replica.inSync().length;
    if (this.inSync >= wanted) return undefined;
    return new FlowError(
      'NOT_ENOUGH_REPLICAS',
      `${this.inSync} replicas are in sync, min.insync.replicas is ${wanted}`,
      {
        hint: 'Nothing was written. See which nodes are down: flowmesh-admin cluster status',
        details: { inSync: this.inSync, minInsyncReplicas: wanted },
      },
    );
  }

  private flush(): void {
    const { queue } = this;
    this.queue = [];
    this.inSync = -1;
    const stale = this.ended || this.replica.term !== this.term;
    const error = stale ? this.ports.notLeader() : this.replica.propose(queue);
    if (error === undefined) return;
    for (const pending of queue) pending.done({ ok: false, error });
  }

  /** NOT_LEADER with the leader's address, which the replica does not know. */
  private readonly located = (error: FlowError): FlowError =>
    error.code === 'NOT_LEADER' || error.code === 'NO_LEADER' ? this.ports.notLeader() : error;
}

interface PendingInit {
  readonly command: Uint8Array;
  readonly minDurable: number;
  readonly wheel: DeadlineWheel;
  readonly done: ShardDone;
  readonly located: (error: FlowError) => FlowError;
}

/** A deadline of its caller and a proposal of the replica in one object. */
class PendingCommand implements Deadline, Proposal {
  wheelTick: number = NO_DEADLINE.wheelTick;
  wheelNext: Deadline | undefined = NO_DEADLINE.wheelNext;
  wheelPrevious: Deadline | undefined = NO_DEADLINE.wheelPrevious;
  readonly command: Uint8Array;
  readonly ack = 'applied';
  readonly minDurable: number;
  private readonly init: PendingInit;
  private answered = false;

  constructor(init: PendingInit) {
    this.command = init.command;
    this.minDurable = init.minDurable;
    this.init = init;
  }

  readonly done = (result: ProposalResult): void => {
    if (!result.ok) this.answer({ ok: false, error: this.init.located(result.error) });
    else this.answer(replied(result.reply));
  };

  expire(): void {
    const error = new FlowError(
      'TIMEOUT',
      'the command was not committed in time; it may or may not take effect',
      {
        hint: 'Repeat it with the same request id, or look at what has happened.',
        details: { outcome: 'unknown' },
      },
    );
    this.answer({ ok: false, error });
  }

  private answer(result: ShardResult): void {
    if (this.answered) return;
    this.answered = true;
    this.init.wheel.remove(this);
    this.init.done(result);
  }
}

function replied(reply: Reply | undefined): ShardResult {
  return reply ?? { ok: true, value: undefined };
}

function diskFull(disk: DiskPort): FlowError {
  const { freeBytes, neededBytes } = disk.describe();
  return new FlowError(
    'DISK_FULL',
    `the disk of this node has ${freeBytes} bytes free and needs ${neededBytes} to take writes`,
    {
      hint: 'Free space; reading and deleting go on, writing resumes by itself.',
      details: { freeBytes, neededBytes },
    },
  );
}
