/**
 * Brings this node's replicas to what the catalog wants of it: creates what is missing, removes what a committed tombstone gave up,
 * asks for a new replica where one is damaged, keeps the node's own addresses in the catalog true.
 *
 * Nothing is ever deleted because the catalog does not mention it: it may be an old copy. One pass at a time; passes are cheap
 * and triggered by changes, with an interval as the safety net.
 */
import {
  type FlowError,
  type GroupId,
  isFlowError,
  type MemberId,
  METADATA_GROUP,
  type NodeId,
  type Scheduler,
  type TimerHandle,
} from '@flowmesh/base';
import type {
  CatalogCommand,
  CatalogMachine,
  CatalogReply,
  NodeIntroduction,
  Reply,
  WantedMember,
} from '@flowmesh/engines';
import type { ConfState } from '@flowmesh/raft';
import type { Replica, ReplicaListener, ReplicaManager } from '../replica/replica-api.ts';
import type { ClusterLog } from './cluster-log.ts';
import type { MemberDriver } from './member-driver.ts';

export interface ReconcilerOptions {
  readonly self: NodeId;
  readonly introduction: NodeIntroduction;
  readonly catalog: () => CatalogMachine;
  readonly replicas: ReplicaManager;
  readonly propose: (command: CatalogCommand) => Promise<Reply>;
  readonly driver: MemberDriver;
  readonly scheduler: Scheduler;
  readonly wallMs: () => number;
  readonly log: ClusterLog;
  readonly intervalMs: number;
  readonly concurrency: number;
  /** A group is gone from this node. */
  readonly onRemoved: (group: GroupId) => void;
}

/** The size of the disk is told again when it has changed by more than this share. */
const CAPACITY_CHANGE_TOLD = 0.1;

type Job = () => Promise<void>;

/** Something that the metadata group is asked for; one at a time under a name. */
interface Request {
  readonly name: string;
  readonly run: Job;
}

const INTRODUCTION = 'introduction';

function damagedRequest(group: GroupId, member: MemberId): string {
  return `damaged-${group}-${member}`;
}

/** The configuration that a group's first members create it with; empty for later ones. */
export function bootstrapConf(initial: readonly MemberId[]): ConfState {
  const voters = [...initial].sort((a, b) => a - b);
  return { voters, votersOutgoing: [], learners: [], learnersNext: [], autoLeave: false };
}

export class Reconciler implements ReplicaListener {
  private readonly options: ReconcilerOptions;
  private timer: TimerHandle | undefined;
  private running: Promise<void> | undefined;
  private again = false;
  private scheduled = false;
  private stopped = false;
  /** Requests refused a moment ago. A refusal is applied too, and would trigger the next pass at once. */
  private readonly resting = new Set<string>();
  private readonly asking = new Map<string, Promise<void>>();

  constructor(options: ReconcilerOptions) {
    this.options = options;
  }

  start(): void {
    this.options.replicas.addListener(this);
    this.kick();
  }

  /** Ends after the pass that is under way. */
  async stop(): Promise<void> {
    this.stopped = true;
    this.timer?.cancel();
    this.options.driver.stop();
    await this.running;
    await Promise.all(this.asking.values());
  }

  // ---- triggers

  onApplied(replica: Replica): void {
    if (replica.group === METADATA_GROUP) this.kick();
  }

  onServing(): void {
    this.kick();
  }

  onFailed(replica: Replica, error: FlowError): void {
    this.options.log.error({ group: replica.group, member: replica.member, err: error }, 'replica failed');
    this.kick();
  }

  /** Runs a pass soon. */
  kick(): void {
    if (this.scheduled || this.stopped) return;
    this.scheduled = true;
    this.options.scheduler.endOfTurn(() => {
      this.scheduled = false;
      if (this.running !== undefined) this.again = true;
      else this.running = this.passes().finally(() => this.afterPasses());
    });
  }

  private afterPasses(): void {
    this.running = undefined;
    if (this.stopped) return;
    this.timer?.cancel();
    this.timer = this.options.scheduler.after(this.options.intervalMs, () => this.kick());
  }

  private async passes(): Promise<void> {
    do {
      this.again = false;
      try {
        await this.pass();
      } catch (error) {
        if (!isFlowError(error)) throw error;
        this.options.log.warn({ err: error }, 'reconciling failed, will be tried again');
      }
    } while (this.again && !this.stopped);
  }

  // ---- one pass

  private async pass(): Promise<void> {
    if (this.stopped) return;
    for (const request of this.repairs()) this.ask(request);
    if (this.options.catalog().clusterId === undefined) return;
    for (const request of this.introductions()) this.ask(request);
    this.options.driver.pass();
    await this.runAll([...this.removals(), ...this.recoveries(), ...this.creations()]);
  }

  /** What waits for the metadata group holds nothing else up: that group may be without a leader for long. */
  private ask({ name, run }: Request): void {
    if (this.asking.has(name) || this.asking.size >= this.options.concurrency) return;
    this.asking.set(
      name,
      run().finally(() => this.asking.delete(name)),
    );
  }

  private async runAll(jobs: readonly Job[]): Promise<void> {
    let next = 0;
    const worker = async (): Promise<void> => {
      for (let job = jobs[next++]; job !== undefined && !this.stopped; job = jobs[next++]) await job();
    };
    await Promise.all(Array.from({ length: Math.min(this.options.concurrency, jobs.length) }, worker));
  }

  private *creations(): Iterable<Job> {
    const { replicas, self } = this.options;
    const catalog = this.options.catalog();
    for (const wanted of catalog.membersWanted(self)) {
      // The metadata replica exists from the node's first start; if it is gone, that is lost data, not a new placement.
      if (wanted.group === METADATA_GROUP) continue;
      // A founding member is created though it is on its way out: without it the group may never have a leader to move it.
      if (wanted.releasing && wanted.initial.length === 0) continue;
      if (replicas.get(wanted.group) !== undefined || catalog.isTombstoned(wanted.group, wanted.member))
        continue;
      yield () => this.create(wanted);
    }
  }

  private async create(wanted: WantedMember): Promise<void> {
    const { replicas, log } = this.options;
    const { group, member, initial } = wanted;
    try {
      const catalog = this.options.catalog();
      const machine = catalog.machineKindOf(group);
      // Given up while others had their turn.
      if (machine === undefined || catalog.isTombstoned(group, member)) return;
      const preferred = catalog.partitionOfGroup(group)?.replicas[0];
      await replicas.create({ group, member, conf: bootstrapConf(initial), machine }, preferred);
      log.debug({ group, member, founding: initial.length > 0 }, 'replica created');
    } catch (error) {
      if (!isFlowError(error)) throw error;
      // ALREADY_EXISTS: this copy of the catalog is behind one that gave the replica up here, before a restart.
      const level = error.code === 'ALREADY_EXISTS' ? 'debug' : 'warn';
      log[level]({ group, member, err: error }, 'replica not created');
    }
  }

  private *removals(): Iterable<Job> {
    const catalog = this.options.catalog();
    for (const replica of this.options.replicas.all()) {
      const { group, member } = replica;
      if (group !== METADATA_GROUP && catalog.isTombstoned(group, member))
        yield () => this.remove(group, member);
    }
  }

  private async remove(group: GroupId, member: MemberId): Promise<void> {
    const { replicas, log, onRemoved } = this.options;
    try {
      await replicas.remove(group, member);
      onRemoved(group);
      this.again = true;
      log.info({ group, member }, 'replica removed after its committed tombstone');
    } catch (error) {
      if (!isFlowError(error)) throw error;
      log.warn({ group, member, err: error }, 'replica not removed yet');
    }
  }

  // ---- lost groups

  /** An operator declared the replica here to be all that is left of its group. */
  private *recoveries(): Iterable<Job> {
    const { replicas, catalog, log } = this.options;
    for (const { group, recovery } of catalog().moving()) {
      const replica = recovery === undefined ? undefined : replicas.get(group);
      if (replica === undefined || replica.member !== recovery?.survivor) continue;
      const { voters, votersOutgoing } = replica.status().conf;
      if (replica.failure !== undefined || (voters.length === 1 && votersOutgoing.length === 0)) continue;
      yield async () => {
        log.warn({ group, member: replica.member }, 'this replica becomes the whole of its group, by order');
        await replicas.becomeSoleMember(group, replica.member);
        this.again = true;
      };
    }
  }

  // ---- damaged replicas

  private *repairs(): Iterable<Request> {
    for (const replica of this.options.replicas.all()) {
      const { failure, group, member } = replica;
      if (failure?.code !== 'CORRUPTION') continue;
      const catalog = this.options.catalog();
      if (group !== METADATA_GROUP && catalog.isTombstoned(group, member)) continue;
      const name = damagedRequest(group, member);
      if (!this.resting.has(name)) yield { name, run: () => this.replaceDamaged(group, member) };
    }
  }

  private async replaceDamaged(group: GroupId, member: MemberId): Promise<void> {
    const { log, propose, wallMs } = this.options;
    log.warn({ group, member }, 'replica is damaged: asking for a new one in its place');
    try {
      const requestId = damagedRequest(group, member);
      const reply = await propose({ kind: 'replace-replica', requestId, timeMs: wallMs(), group, member });
      if (!reply.ok) {
        this.rest(requestId);
        log.warn({ group, member, err: reply.error }, 'damaged replica not replaced');
        return;
      }
      if (group === METADATA_GROUP) await this.rebuildMetadata(member, reply.value as CatalogReply);
      this.kick();
    } catch (error) {
      if (!isFlowError(error)) throw error;
      log.warn({ group, member, err: error }, 'damaged replica not replaced yet');
    }
  }

  /** The local catalog cannot tell, since it is what is damaged: the leader's answer names the successor. */
  private async rebuildMetadata(damaged: MemberId, reply: CatalogReply): Promise<void> {
    if (reply.kind !== 'replica-replaced') return;
    const { replicas, log } = this.options;
    await replicas.remove(METADATA_GROUP, damaged);
    const { member } = reply;
    const conf = bootstrapConf([]);
    await replicas.create({ group: METADATA_GROUP, member, conf, machine: 'catalog' });
    log.info({ group: METADATA_GROUP, member }, 'metadata replica is being rebuilt');
  }

  /** Asks for it again after a while, and not before. */
  private rest(request: string): void {
    const { scheduler, intervalMs } = this.options;
    this.resting.add(request);
    scheduler.after(intervalMs, () => {
      this.resting.delete(request);
      this.kick();
    });
  }

  // ---- own addresses

  private *introductions(): Iterable<Request> {
    const { self, introduction, log } = this.options;
    const known = this.options.catalog().node(self);
    if (known === undefined || known.uuid !== introduction.uuid || known.state !== 'active') return;
    const { addresses, rack, version = '', features, capacityBytes = known.capacityBytes } = introduction;
    const same =
      known.rack === rack &&
      known.version === version &&
      Math.abs(known.capacityBytes - capacityBytes) <= known.capacityBytes * CAPACITY_CHANGE_TOLD &&
      (features === undefined ||
        (known.features.min === features.min && known.features.max === features.max)) &&
      known.addresses.peer === addresses.peer &&
      known.addresses.grpc === addresses.grpc &&
      known.addresses.http === addresses.http;
    if (same || this.resting.has(INTRODUCTION)) return;
    const timeMs = this.options.wallMs();
    const run = async (): Promise<void> => {
      const requestId = `address-${introduction.uuid}-${timeMs}`.slice(0, 64);
      try {
        const command = { kind: 'update-node', requestId, timeMs, node: self, ...introduction } as const;
        const reply = await this.options.propose(command);
        if (reply.ok) log.info({ addresses }, 'addresses of this node told to the cluster');
        else {
          this.rest(INTRODUCTION);
          log.warn({ addresses, err: reply.error }, 'addresses of this node refused by the cluster');
        }
      } catch (error) {
        if (!isFlowError(error)) throw error;
        log.warn({ err: error }, 'addresses of this node not told yet');
      }
    };
    yield { name: INTRODUCTION, run };
  }
}
