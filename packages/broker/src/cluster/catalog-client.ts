/**
 * Runs metadata commands at the metadata leader, wherever it is, and answers those that other nodes forward.
 *
 *   propose ─► local replica leads ─► its proposal queue
 *           └► it does not ─► forward to the leader it knows ─► (elsewhere) ─► ask again
 *
 * A retry cannot run a command twice, because every command has a request id that the machine remembers. When `propose` resolves,
 * the local copy has applied the command. A command that the cluster's feature level does not have is refused here: it must never get
 * into a log that builds read which do not know it.
 */
import {
  type Clock,
  EMPTY_BYTES,
  FlowError,
  isFlowError,
  METADATA_GROUP,
  must,
  NO_MEMBER,
  type NodeId,
  nodeOf,
  type Scheduler,
} from '@flowmesh/base';
import {
  type CatalogCommand,
  type CatalogMachine,
  encodeCommand,
  levelOf,
  type Reply,
} from '@flowmesh/engines';
import type { Replica, ReplicaListener, ReplicaManager } from '../replica/replica-api.ts';
import type { CatalogPort } from '../services/ports.ts';
import type { KnownPeer } from './known-peer.ts';
import { decodeForwarded, encodeForwarded, type Forwarded } from './forward-codec.ts';

export interface CatalogClientLimits {
  readonly proposeTimeoutMs: number;
  readonly attemptTimeoutMs: number;
  readonly retryMs: number;
  readonly proposalsMax: number;
}

export interface CatalogClientOptions {
  readonly self: NodeId;
  readonly replicas: ReplicaManager;
  readonly forward: (node: NodeId, command: Uint8Array, signal: AbortSignal) => Promise<Uint8Array>;
  readonly clock: Clock;
  readonly scheduler: Scheduler;
  readonly limits: CatalogClientLimits;
  readonly connected: (node: NodeId) => boolean;
  /** The peers that this node knows of otherwise: its own copy may name nobody, or only nodes that are gone. */
  readonly peers: () => readonly NodeId[];
  /** A node of the cluster told of another one that leads the metadata. */
  readonly introduced: (peer: KnownPeer) => void;
  /** Nodes that do not know this feature level, as far as is known. */
  readonly behind: (level: number) => readonly NodeId[];
}

interface ApplyWaiter {
  readonly index: number;
  readonly wake: () => void;
}

/** The empty command: nothing is proposed, the leader only confirms how far everybody should be. */
const BARRIER = EMPTY_BYTES;

type Outcome = Extract<Forwarded, { kind: 'done' }>;

/** Failures of one attempt after which the next may succeed. */
function mayRetry(error: FlowError): boolean {
  return error.retryable || error.code === 'CANCELLED' || error.code === 'INTERNAL';
}

export class CatalogClient implements CatalogPort, ReplicaListener {
  private readonly options: CatalogClientOptions;
  private readonly waiters = new Set<ApplyWaiter>();
  /** Kept while the replica itself is being rebuilt: an old copy is better than none. */
  private lastMachine: CatalogMachine | undefined;
  private pending = 0;
  private turns = 0;

  constructor(options: CatalogClientOptions) {
    this.options = options;
    options.replicas.addListener(this);
  }

  get machine(): CatalogMachine {
    return must(this.known, 'a node has a copy of the metadata before it serves');
  }

  /** The same for those who may ask earlier, as peers may: undefined while there is no copy yet. */
  get known(): CatalogMachine | undefined {
    const current = this.replica()?.machine as unknown as CatalogMachine | undefined;
    // A replica that is being rebuilt knows nothing at first, and must not make streams seem to be gone.
    if (
      current !== undefined &&
      (current.clusterId !== undefined || this.lastMachine?.clusterId === undefined)
    ) {
      this.lastMachine = current;
    }
    return this.lastMachine;
  }

  async propose(command: CatalogCommand, signal: AbortSignal): Promise<Reply> {
    const { limits } = this.options;
    if (this.pending >= limits.proposalsMax) {
      throw new FlowError('OVERLOADED', 'too many metadata commands wait on this node', {
        hint: 'Retry after a moment; the metadata group may be without a leader.',
      });
    }
    this.pending++;
    try {
      const tooNew = await this.tooNew(command, signal);
      if (tooNew !== undefined) return { ok: false, error: tooNew };
      return await this.run(encodeCommand(command), signal);
    } finally {
      this.pending--;
    }
  }

  private async tooNew(command: CatalogCommand, signal: AbortSignal): Promise<FlowError | undefined> {
    if (this.known?.clusterId === undefined || this.levelRefusal(command) === undefined) return undefined;
    // The level may have been raised, and this copy be behind.
    await this.catchUp(signal);
    return this.levelRefusal(command);
  }

  private levelRefusal(command: CatalogCommand): FlowError | undefined {
    const { machine } = this;
    if (command.kind === 'finalise-features') {
      const outcome = machine.preview(command);
      return isFlowError(outcome) && outcome.code === 'UNSUPPORTED' ? outcome : undefined;
    }
    const level = levelOf(command);
    return level <= machine.featureLevel
      ? undefined
      : machine.levelRefusal(command, this.options.behind(level));
  }

  /** Resolves when the local copy has applied everything that was committed before the call. Rejects as `propose` does. */
  async catchUp(signal: AbortSignal): Promise<void> {
    await this.run(BARRIER, signal);
  }

  /** A command that another node forwarded. */
  async onForward(command: Uint8Array): Promise<Uint8Array> {
    const replica = this.replica();
    if (replica?.serving !== true) {
      const leader =
        replica === undefined || replica.leader === NO_MEMBER ? undefined : nodeOf(replica.leader);
      const known = leader === undefined ? undefined : this.machine.node(leader);
      return encodeForwarded({
        kind: 'elsewhere',
        leader: leader === this.options.self ? undefined : leader,
        ...(known === undefined
          ? {}
          : { peer: { node: known.id, uuid: known.uuid, address: known.addresses.peer } }),
      });
    }
    try {
      return encodeForwarded(await this.proposeLocally(replica, command));
    } catch (error) {
      if (!isFlowError(error)) throw error;
      return encodeForwarded({ kind: 'failed', error });
    }
  }

  onApplied(replica: Replica, applied: number): void {
    if (replica.group !== METADATA_GROUP || this.waiters.size === 0) return;
    for (const waiter of this.waiters) if (applied >= waiter.index) waiter.wake();
  }

  private replica(): Replica | undefined {
    return this.options.replicas.get(METADATA_GROUP);
  }

  private async run(command: Uint8Array, signal: AbortSignal): Promise<Reply> {
    const { clock, limits } = this.options;
    const deadlineMs = clock.monotonicMs() + limits.proposeTimeoutMs;
    let last: FlowError | undefined;
    let hint: NodeId | undefined;
    for (;;) {
      throwIfAborted(signal);
      if (clock.monotonicMs() >= deadlineMs) throw timedOut(last);
      const attempt = await this.attempt(command, hint, signal);
      hint = undefined;
      switch (attempt.kind) {
        case 'done':
          await this.untilApplied(attempt.index, deadlineMs, signal);
          return attempt.reply;
        case 'elsewhere':
          hint = attempt.leader;
          if (attempt.peer !== undefined) this.options.introduced(attempt.peer);
          break;
        case 'failed':
          if (!mayRetry(attempt.error)) throw attempt.error;
          last = attempt.error;
      }
      await this.pause(limits.retryMs, signal);
    }
  }

  private async attempt(
    command: Uint8Array,
    hint: NodeId | undefined,
    signal: AbortSignal,
  ): Promise<Forwarded> {
    try {
      const replica = this.replica();
      if (replica?.serving === true) return await this.proposeLocally(replica, command);
      const target = this.target(replica, hint);
      if (target === undefined) return { kind: 'elsewhere', leader: undefined };
      return await this.forwardTo(target, command, signal);
    } catch (error) {
      if (!isFlowError(error)) throw error;
      return { kind: 'failed', error };
    }
  }

  /** The leader as the local copy knows it, else as the last answer said, else the next connected node in turn. */
  private target(replica: Replica | undefined, hint: NodeId | undefined): NodeId | undefined {
    const { self, connected } = this.options;
    const healthy = replica !== undefined && replica.failure === undefined;
    if (healthy && replica.leader !== NO_MEMBER && nodeOf(replica.leader) !== self)
      return nodeOf(replica.leader);
    if (hint !== undefined && hint !== self) return hint;
    if (this.lastMachine === undefined && replica === undefined) return undefined;
    const known = this.machine.nodes().filter((node) => node.state === 'active');
    // A copy that was damaged before it had loaded anything names no node, and its replacement is asked for through here.
    const nodes = new Set([...known.map((node) => node.id), ...this.options.peers()]);
    const others = [...nodes].filter((node) => node !== self && connected(node));
    return others[this.turns++ % Math.max(1, others.length)];
  }

  private async confirmLocally(replica: Replica): Promise<Outcome> {
    await replica.readBarrier(this.options.limits.attemptTimeoutMs);
    return { kind: 'done', index: replica.applied, reply: { ok: true, value: undefined } };
  }

  private proposeLocally(replica: Replica, command: Uint8Array): Promise<Outcome> {
    if (command.length === 0) return this.confirmLocally(replica);
    return new Promise<Outcome>((resolve, reject) => {
      const refused = replica.propose([
        {
          command,
          ack: 'applied',
          minDurable: 0,
          done: (result) => {
            if (!result.ok) return reject(result.error);
            resolve({
              kind: 'done',
              index: result.index,
              reply: must(result.reply, 'an applied command has a reply'),
            });
          },
        },
      ]);
      if (refused !== undefined) reject(refused);
    });
  }

  private async forwardTo(node: NodeId, command: Uint8Array, signal: AbortSignal): Promise<Forwarded> {
    const attempt = new AbortController();
    const abort = () => attempt.abort();
    signal.addEventListener('abort', abort, { once: true });
    const timer = this.options.scheduler.after(this.options.limits.attemptTimeoutMs, abort);
    try {
      return decodeForwarded(await this.options.forward(node, command, attempt.signal));
    } finally {
      timer.cancel();
      signal.removeEventListener('abort', abort);
    }
  }

  private async untilApplied(index: number, deadlineMs: number, signal: AbortSignal): Promise<void> {
    const { clock, limits } = this.options;
    while ((this.replica()?.applied ?? 0) < index) {
      // A damaged copy applies nothing more, and its replacement is asked for through here.
      if (this.replica()?.failure !== undefined) return;
      throwIfAborted(signal);
      if (clock.monotonicMs() >= deadlineMs) throw timedOut(undefined);
      await new Promise<void>((resolve) => {
        const waiter = {
          index,
          wake: () => {
            timer.cancel();
            this.waiters.delete(waiter);
            resolve();
          },
        };
        const timer = this.options.scheduler.after(limits.retryMs, waiter.wake);
        this.waiters.add(waiter);
      });
    }
  }

  private async pause(delayMs: number, signal: AbortSignal): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = this.options.scheduler.after(delayMs, done);
      function done(): void {
        timer.cancel();
        signal.removeEventListener('abort', done);
        resolve();
      }
      signal.addEventListener('abort', done, { once: true });
    });
  }
}

function throwIfAborted(signal: AbortSignal): void {
  if (signal.aborted) throw new FlowError('CANCELLED', 'the caller gave up on a metadata command');
}

function timedOut(last: FlowError | undefined): FlowError {
  return new FlowError(
    'TIMEOUT',
    'the metadata group did not answer in time, so nothing can be changed now',
    {
      hint: 'A majority of its voters must be up: see flowmesh-admin health --explain. Appending and reading go on. Retrying with the same request id is safe.',
      details: { outcome: 'unknown' },
      ...(last === undefined ? {} : { cause: last }),
    },
  );
}
