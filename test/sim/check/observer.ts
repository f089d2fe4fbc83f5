/**
 * Keeps the model up to date from what passes the doors of the product (store, transport, machine) and hands each event to the
 * checkers. The model is brought up to date first; checkers see it as it is after the event.
 */
import type { FlowError, GroupId, MemberId, NodeId } from '@flowmesh/base';
import type { ApplyMeta, Machine } from '@flowmesh/engines';
import type { Entry, PeerMessage } from '@flowmesh/raft';
import type { GroupStore, LogWrite, SnapshotSink } from '@flowmesh/storage';
import type { Replica } from '../../../packages/broker/src/replica/replica-api.ts';
import type { TransportWitness } from '../network/sim-transport.ts';
import type { AppliedCommand, Checker, SeenState } from './checker.ts';
import { compareDigest } from './machine-checks.ts';
import type { Model, PendingWrite, ReplicaModel } from './model.ts';
import type { StoreWitness } from './observed-store.ts';
import { checkRecovered } from './recovery-check.ts';
import { TermLog } from './term-log.ts';
import { violated } from './violation.ts';

/** What the observer needs of a machine; its methods are replaced by watched ones. */
export type WatchedMachine = Pick<Machine<unknown>, 'load' | 'apply' | 'digest'>;

export class Observer implements StoreWitness, TransportWitness {
  readonly model: Model;
  private readonly checkers: readonly Checker[];
  private readonly machines = new Map<ReplicaModel, WatchedMachine>();
  /** Which member of a group a node's process has opened. */
  private readonly onNode = new Map<string, ReplicaModel>();

  constructor(model: Model, checkers: readonly Checker[]) {
    this.model = model;
    this.checkers = checkers;
  }

  // ---- stores

  created(store: GroupStore): void {
    const replica = this.of(store);
    if (replica.retired) violated('identity', `${replica.name}: a removed member was created again`);
    this.adopt(replica, store);
    this.onNode.set(`${replica.node}/${store.group}`, replica);
  }

  /** A process found this group on its disk. */
  opened(store: GroupStore): void {
    const replica = this.of(store);
    // A creation may be on the disk although nobody lived to hear of it.
    if (replica.known) checkRecovered(replica, store);
    replica.removing = false;
    this.adopt(replica, store);
    this.onNode.set(`${replica.node}/${store.group}`, replica);
  }

  appended(store: GroupStore, write: LogWrite): void {
    const replica = this.of(store);
    const { entries, hardState } = write;
    const first = entries[0];
    let previous = first === undefined ? undefined : replica.live.term(first.index - 1);
    for (const entry of entries) {
      replica.group.know(replica.name, entry, previous);
      previous = entry.term;
    }
    if (first !== undefined) replica.live.put(first.index, entries.map(termOf));
    if (hardState !== undefined) replica.hardState = hardState;
    replica.pending.push({ from: first?.index ?? 0, terms: entries.map(termOf), hardState });
    for (const checker of this.checkers) checker.appended?.(replica, entries, hardState);
  }

  settled(store: GroupStore, error: FlowError | undefined): void {
    const replica = this.of(store);
    const write = replica.pending.shift();
    if (write === undefined) violated('storage-order', `${replica.name}: more answers than writes`);
    if (error !== undefined) {
      replica.uncertain.push(write);
      return;
    }
    applyDurable(replica, write);
    for (const checker of this.checkers) checker.durable?.(replica);
  }

  stateWritten(store: GroupStore, applied: number): void {
    const replica = this.of(store);
    const machine = this.machines.get(replica);
    // Not every time: with a flush after each entry it would be most of the work.
    if (machine !== undefined && applied % 4 === 0)
      compareDigest(replica.group, replica.name, applied, machine.digest());
  }

  trimmed(store: GroupStore, index: number): void {
    const replica = this.of(store);
    if (index > store.applied().index) {
      violated(
        'trim-after-state',
        `${replica.name}: log trimmed to ${index}, state on disk covers ${store.applied().index}`,
      );
    }
    replica.live.trim(index);
    replica.durable.trim(index);
  }

  installing(store: GroupStore): void {
    this.of(store).installing = true;
  }

  installed(store: GroupStore, sink: SnapshotSink): void {
    const replica = this.of(store);
    const meta = sink.meta();
    replica.installing = false;
    if (meta === undefined) violated('snapshot', `${replica.name}: a snapshot without a place was committed`);
    if (meta.index > replica.group.lastCommitted) {
      violated(
        'snapshot',
        `${replica.name}: snapshot at ${meta.index}, committed is ${replica.group.lastCommitted}`,
      );
    }
    if (store.lastIndex() < meta.index || store.term(meta.index) !== meta.term) {
      violated(
        'snapshot',
        `${replica.name}: after a snapshot at ${meta.index} the log ends at ${store.lastIndex()}`,
      );
    }
    const { term, vote } = store.initialState().hardState;
    if (term !== replica.hardState.term || vote !== replica.hardState.vote) {
      violated('snapshot', `${replica.name}: a snapshot changed term and vote to ${term}, ${vote}`);
    }
    this.adopt(replica, store);
  }

  removing(group: GroupId, member: MemberId): void {
    const replica = this.model.replica(group, member);
    for (const checker of this.checkers) checker.removing?.(replica);
    replica.removing = true;
  }

  removed(group: GroupId, member: MemberId): void {
    retireReplica(this.model.replica(group, member));
  }

  // ---- transport

  sending(_from: NodeId, group: GroupId, message: PeerMessage): void {
    const replica = this.model.replica(group, message.from);
    for (const checker of this.checkers) checker.sending?.(replica, message);
  }

  // ---- machine

  /** Follows a machine that a process is about to load: what it was loaded as, and every command it applies. */
  watch(node: NodeId, group: GroupId, machine: WatchedMachine): void {
    const replica = this.onNode.get(`${node}/${group}`);
    if (replica === undefined)
      violated('storage-order', `node ${node} loads a machine for group ${group}, which it has not opened`);
    this.machines.set(replica, machine);
    const load = machine.load.bind(machine);
    machine.load = async (state) => {
      await load(state);
      this.loaded(replica, machine);
    };
    const apply = machine.apply.bind(machine);
    machine.apply = (meta, command, state) => {
      this.applying(replica, meta, command);
      const result = apply(meta, command, state);
      const { index, term } = meta;
      this.applied(replica, { index, term, command, reply: result.reply, machine });
      return result;
    };
  }

  applying(replica: ReplicaModel, meta: ApplyMeta, command: Uint8Array): void {
    for (const checker of this.checkers) checker.applying?.(replica, meta.index, meta.term, command);
  }

  applied(replica: ReplicaModel, applied: AppliedCommand): void {
    for (const checker of this.checkers) checker.applied?.(replica, applied);
  }

  loaded(replica: ReplicaModel, machine: WatchedMachine): void {
    compareDigest(replica.group, `${replica.name} (loaded)`, replica.loadedIndex, machine.digest());
  }

  // ---- after a turn

  /** Compares what is visible of a replica with what it was after the turn before. */
  saw(replica: Replica, state: SeenState): void {
    const before = this.model.replica(replica.group, replica.member);
    for (const checker of this.checkers) checker.stepped?.({ replica, before, after: state });
    before.running = true;
    before.term = state.term;
    before.role = state.role;
    before.commit = state.commit;
    before.applied = state.applied;
    before.serving = state.serving;
    before.conf = state.conf;
    before.endOffset = state.endOffset;
    before.logStartOffset = state.logStartOffset;
  }

  sampled(replica: Replica): void {
    const model = this.model.replica(replica.group, replica.member);
    for (const checker of this.checkers) checker.sampled?.(replica, model);
  }

  /** A process has opened everything that it found: nothing may be missing. */
  openedAll(node: NodeId, found: readonly GroupId[]): void {
    for (const group of this.model.groups.values()) {
      for (const replica of group.replicas.values()) {
        if (replica.node !== node || !replica.known || replica.retired || found.includes(group.id)) continue;
        if (replica.removing) retireReplica(replica);
        else violated('recovery', `${replica.name}: the whole replica is gone`);
      }
    }
  }

  /** The process of a node is gone: what was only in memory is not there any more. */
  processEnded(node: NodeId): void {
    for (const group of this.model.groups.values()) {
      for (const replica of group.replicas.values()) {
        if (replica.node !== node) continue;
        replica.running = false;
        replica.serving = false;
        replica.role = 'follower';
      }
    }
  }

  /** The node's data are lost for certain; its members come back under other identities. */
  retire(node: NodeId): void {
    for (const group of this.model.groups.values()) {
      for (const replica of group.replicas.values()) if (replica.node === node) retireReplica(replica);
    }
  }

  private of(store: GroupStore): ReplicaModel {
    return this.model.replica(store.group, store.member);
  }

  /** Takes over what the store holds now as the durable truth. */
  private adopt(replica: ReplicaModel, store: GroupStore): void {
    replica.known = true;
    replica.opened++;
    const first = store.firstIndex();
    const base = store.term(first - 1);
    const log = new TermLog(first, typeof base === 'number' ? base : 0);
    const terms: number[] = [];
    for (let index = first; index <= store.lastIndex(); index++) terms.push(store.term(index) as number);
    log.put(first, terms);
    replica.live = log;
    replica.durable = log.copy();
    const { hardState } = store.initialState();
    replica.hardState = hardState;
    replica.durableHardState = hardState;
    replica.pending = [];
    replica.uncertain = [];
    replica.installing = false;
    const { index } = store.applied();
    replica.commit = Math.max(hardState.commit, index);
    replica.applied = index;
    replica.loadedIndex = index;
    replica.running = false;
    replica.term = hardState.term;
    replica.endOffset = 0;
    replica.logStartOffset = 0;
    // The initial configuration counts as committed entries.
    const { group } = replica;
    if (group.lastCommitted > 0) return;
    for (let at = 1; at <= index; at++) group.commit(log.term(at) ?? 0, 0);
  }
}

function retireReplica(replica: ReplicaModel): void {
  // What its log held is kept: a commit may still rest on what it acknowledged before.
  replica.retired = true;
  replica.running = false;
  replica.serving = false;
}

/** The oldest pending write has reached the disk. */
function applyDurable(replica: ReplicaModel, write: PendingWrite): void {
  if (write.terms.length > 0) replica.durable.putAbove(write.from, write.terms);
  if (write.hardState !== undefined) replica.durableHardState = write.hardState;
}

/**
 * The observer with each call watched: a violation is reported before it is thrown, because the product may catch on the way what
 * is thrown in the middle of it.
 */
export function reporting(observer: Observer, report: (error: unknown) => void): Observer {
  const target = observer as unknown as Record<string, unknown>;
  for (const name of Object.getOwnPropertyNames(Observer.prototype)) {
    const method = target[name];
    if (name === 'constructor' || typeof method !== 'function') continue;
    target[name] = (...args: unknown[]): unknown => {
      try {
        return method.apply(observer, args);
      } catch (error) {
        report(error);
        throw error;
      }
    };
  }
  return observer;
}

function termOf(entry: Entry): number {
  return entry.term;
}
