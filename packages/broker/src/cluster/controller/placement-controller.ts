/**
 * Keeps replicas where they should be. It runs where the metadata group's leader serves, and remembers nothing that counts: every
 * decision is made from the catalog and soft state, so that any successor goes on.
 *
 *   each second, and when a move has ended:
 *     moves that cannot end (their receiver is dead or gone) ─► cancelled, or taken over by repair where they cannot go back
 *     partitions with fewer replicas than their stream wants ─► the missing ones made anew
 *     plan ─► repair and decommission always · balance while it is enabled or a rebalance runs, everyone is reached, all is settled
 *     metadata voters ─► one change at a time, which gives way where it waits for one that is lost · a decommissioned node that holds nothing ─► removed
 *     everybody supports a higher feature level for a while ─► finalised
 */
import {
  type Clock,
  type GroupId,
  isFlowError,
  type MemberId,
  METADATA_GROUP,
  type NodeId,
  nodeOf,
  type Scheduler,
  type TimerHandle,
} from '@flowmesh/base';
import {
  type CatalogCommand,
  type CatalogMachine,
  type CatalogPartition,
  type CatalogReply,
  changeReplicationFactor,
  type ClusterConfig,
  mayGiveWay,
  type PlannedMove,
  type PlannerPartition,
  planMetadataVoters,
  planMoves,
  type Reply,
} from '@flowmesh/engines';
import type { Replica, ReplicaListener, ReplicaManager } from '../../replica/replica-api.ts';
import { surveyFeatures } from '../../services/cluster/node-features.ts';
import type { LeaderPort, NodePort } from '../../services/ports.ts';
import type { ClusterLog } from '../cluster-log.ts';
import {
  type ClusterSituation,
  clusterSituation,
  mayGoBack,
  plannerNodes,
  type SituationSources,
} from './cluster-situation.ts';
import { Proposer } from './proposer.ts';

export interface PlacementControllerOptions {
  readonly catalog: () => CatalogMachine;
  readonly replicas: ReplicaManager;
  readonly leaders: LeaderPort;
  readonly nodes: NodePort;
  readonly config: () => ClusterConfig;
  readonly propose: (command: CatalogCommand) => Promise<Reply>;
  readonly clock: Clock;
  readonly scheduler: Scheduler;
  readonly log: ClusterLog;
  readonly limits: PlacementControllerLimits;
}

export interface PlacementControllerLimits {
  readonly intervalMs: number;
  /** After a move has ended, the next ones are planned this soon. */
  readonly soonMs: number;
  /** Where nothing was to do and nothing has changed, sizes are looked at this often. */
  readonly idlePlanMs: number;
  /** Moves at one time in the whole cluster, and in one command. */
  readonly movesMax: number;
  readonly batchMax: number;
  /** Partitions with too few replicas that are looked at in one plan. */
  readonly refillsMax: number;
  /** Nothing is balanced so soon after a node came or its mode changed. */
  readonly settleMs: number;
  readonly refusalPauseMs: number;
  /** A feature level must have been supported by all for so long. */
  readonly featureSettleMs: number;
}

const ALWAYS: ReadonlySet<PlannedMove['reason']> = new Set(['repair', 'decommission']);

export class PlacementController implements ReplicaListener {
  private readonly options: PlacementControllerOptions;
  private readonly proposer: Proposer;
  private timer: TimerHandle | undefined;
  private soon: TimerHandle | undefined;
  private sinceMs: number | undefined;
  /** The nodes and their modes, and since when they are as they are. */
  private membership = '';
  private membershipMs = Number.NEGATIVE_INFINITY;
  private idle = { key: '', untilMs: Number.NEGATIVE_INFINITY };
  private movesSeen = 0;
  private refills = 0;
  private feature = { level: 0, sinceMs: 0 };
  private stopped = false;

  constructor(options: PlacementControllerOptions) {
    this.options = options;
    this.proposer = new Proposer({
      propose: options.propose,
      clock: options.clock,
      log: options.log,
      pauseMs: options.limits.refusalPauseMs,
      epoch: () => `${this.metadata()?.term ?? 0}-${options.catalog().revision}`,
    });
  }

  start(): void {
    this.options.replicas.addListener(this);
    this.arm();
  }

  stop(): void {
    this.stopped = true;
    this.timer?.cancel();
    this.soon?.cancel();
  }

  onServing(replica: Replica): void {
    if (replica.group !== METADATA_GROUP) return;
    const nowMs = this.options.clock.monotonicMs();
    this.sinceMs = nowMs;
    this.membership = '';
    this.idle = { key: '', untilMs: Number.NEGATIVE_INFINITY };
    this.feature = { level: 0, sinceMs: nowMs };
    this.proposer.reset();
  }

  onStopServing(replica: Replica): void {
    if (replica.group === METADATA_GROUP) this.sinceMs = undefined;
  }

  onApplied(replica: Replica): void {
    if (replica.group !== METADATA_GROUP || this.sinceMs === undefined) return;
    const moves = countOf(this.options.catalog().moving());
    if (moves < this.movesSeen) this.lookSoon();
    this.movesSeen = moves;
  }

  private metadata(): Replica | undefined {
    return this.options.replicas.get(METADATA_GROUP);
  }

  private arm(): void {
    if (this.stopped) return;
    this.timer = this.options.scheduler.after(this.options.limits.intervalMs, () => {
      this.pass();
      this.arm();
    });
  }

  private lookSoon(): void {
    this.soon ??= this.options.scheduler.after(this.options.limits.soonMs, () => {
      this.soon = undefined;
      if (!this.stopped) this.pass();
    });
  }

  // ---- one look

  private pass(): void {
    const catalog = this.options.catalog();
    if (this.sinceMs === undefined || catalog.clusterId === undefined) return;
    if (this.metadata()?.serving !== true) return;
    this.watchMembership(catalog);
    const sources = this.sources(catalog, this.sinceMs);
    this.giveUpMoves(catalog, sources);
    this.place(catalog, sources);
    this.chooseVoters(catalog, sources);
    this.letGo(catalog);
    this.finaliseFeatures(catalog);
  }

  private sources(catalog: CatalogMachine, watchingSinceMs: number): SituationSources {
    const { leaders, nodes, clock, config } = this.options;
    return { catalog, leaders, nodes, clock, watchingSinceMs, repairDelayMs: config().repairDelayMs };
  }

  private watchMembership(catalog: CatalogMachine): void {
    const words = catalog
      .activeNodes()
      .map(({ id, mode }) => `${id}${mode}`)
      .join();
    if (words === this.membership) return;
    this.membership = words;
    this.membershipMs = this.options.clock.monotonicMs();
  }

  private get settled(): boolean {
    return this.options.clock.monotonicMs() - this.membershipMs >= this.options.limits.settleMs;
  }

  // ---- moves

  private place(catalog: CatalogMachine, sources: SituationSources): void {
    const { clock, limits, config } = this.options;
    const nowMs = clock.monotonicMs();
    const rebalancing = catalog.rebalance()?.state === 'running';
    const key = `${catalog.revision} ${states(plannerNodes(sources))} ${this.settled}`;
    if (this.idle.key === key && nowMs < this.idle.untilMs) return;
    if (!this.proposer.free('moves')) return;
    const situation = clusterSituation(sources);
    const { moveConcurrencyPerNode, diskHighPercent, balancerThresholdPercent, balancerEnabled } = config();
    const planned = planMoves(situation.nodes, situation.partitions, {
      movesMax: limits.movesMax,
      perNodeMovesMax: moveConcurrencyPerNode,
      diskHighFraction: diskHighPercent / 100,
      balanceThreshold: balancerThresholdPercent / 100,
    });
    const mayBalance = (balancerEnabled || rebalancing) && situation.complete && this.settled;
    const allowed = [
      ...this.missingReplicas(catalog, situation),
      ...planned.filter((move) => mayBalance || ALWAYS.has(move.reason)),
    ];
    if (allowed.length > 0) return this.move(allowed, rebalancing);
    this.idle = { key, untilMs: nowMs + limits.idlePlanMs };
    if (rebalancing && mayBalance) this.finishRebalance(catalog, situation);
  }

  /**
   * Partitions with fewer replicas than their stream is to have, as after the recovery of a lost group: what they lack is made anew. A
   * few at a time and all in turn, since there may be too few nodes for some of them.
   */
  private missingReplicas(catalog: CatalogMachine, situation: ClusterSituation): readonly PlannedMove[] {
    const { nodes, partitions } = situation;
    const wanted = (stream: string): number => catalog.streamByUuid(stream)?.replicationFactor ?? 0;
    const short = partitions.filter(
      ({ stream, replicas, moving }) => !moving && replicas.length < wanted(stream),
    );
    const moves: PlannedMove[] = [];
    for (let i = 0; i < Math.min(short.length, this.options.limits.refillsMax); i++) {
      const partition = short[this.refills++ % short.length] as PlannerPartition;
      const planned = changeReplicationFactor(nodes, [partition], partitions, wanted(partition.stream));
      if (isFlowError(planned)) continue;
      for (const move of planned) moves.push({ ...move, reason: 'repair' });
    }
    return moves;
  }

  /** One command for each reason, the most urgent first; the others follow when it is done. */
  private move(planned: readonly PlannedMove[], rebalancing: boolean): void {
    const { clock, limits, log } = this.options;
    const reason = (planned[0] as PlannedMove).reason;
    const batch = planned.filter((move) => move.reason === reason).slice(0, limits.batchMax);
    const marked = rebalancing && !ALWAYS.has(reason);
    const command: CatalogCommand = {
      kind: 'move-replicas',
      requestId: this.proposer.requestId(),
      timeMs: clock.wallMs(),
      moves: batch.map(({ group, from, to, bytes }) => ({ group, from, to, bytes })),
      reason,
      ...(marked ? { rebalance: true } : {}),
    };
    this.proposer.propose('moves', command, (reply: CatalogReply) => {
      if (reply.kind !== 'replicas-moved') return;
      const { accepted, refused } = reply;
      log.info({ reason, accepted: accepted.length, refused: refused.length }, 'replicas are being moved');
      const first = refused[0];
      if (first !== undefined) log.warn({ reason, first }, 'some moves refused, will be planned again');
      this.lookSoon();
    });
  }

  private finishRebalance(catalog: CatalogMachine, situation: ClusterSituation): void {
    const running = catalog.rebalance();
    if (running === undefined || situation.partitions.some(({ moving }) => moving)) return;
    const { clock, log } = this.options;
    const { id } = running;
    const requestId = `rebalanced-${id}`.slice(0, 64);
    this.proposer.propose(
      'finish-rebalance',
      { kind: 'finish-rebalance', requestId, timeMs: clock.wallMs(), id },
      () => log.info({ rebalance: id }, 'rebalance finished: nothing is left to move'),
    );
  }

  /** A move to a node that does not come back would wait for ever, and block every other one of its partition. */
  private giveUpMoves(catalog: CatalogMachine, sources: SituationSources): void {
    const { clock, limits, log } = this.options;
    if (!this.proposer.free('cancel')) return;
    const living = new Set<NodeId>();
    for (const { id, state } of plannerNodes(sources)) if (state !== 'dead') living.add(id);
    const groups: GroupId[] = [];
    for (const partition of catalog.moving()) {
      if (groups.length < limits.batchMax && cannotEnd(catalog, partition, living))
        groups.push(partition.group);
    }
    if (groups.length === 0) return;
    const command: CatalogCommand = {
      kind: 'cancel-moves',
      requestId: this.proposer.requestId(),
      timeMs: clock.wallMs(),
      groups,
    };
    this.proposer.propose('cancel', command, () =>
      log.info({ groups: groups.length }, 'moves to nodes that are gone were cancelled'),
    );
  }

  // ---- the metadata group

  private chooseVoters(catalog: CatalogMachine, sources: SituationSources): void {
    const partition = catalog.partitionOfGroup(METADATA_GROUP);
    if (partition === undefined || !this.proposer.free('voters')) return;
    const changing = partition.move !== undefined;
    // Whoever leaves goes in a change of its own: one that is under way gives way only for the sake of those that are lost.
    const nodes = plannerNodes(sources).map((node) =>
      changing && node.state === 'leaving' ? { ...node, state: 'draining' as const } : node,
    );
    const current = partition.replicas.map((member) => nodeOf(member));
    const voters = planMetadataVoters(nodes, current, this.votersWanted(catalog, current.length));
    if (voters.length === 0 || sameNodes(voters, current)) return;
    const gone = current.filter((id) => {
      const state = nodes.find((node) => node.id === id)?.state;
      return state === undefined || state === 'dead' || state === 'leaving';
    });
    // Voters change for a reason: one is lost or leaves, or there are to be more or fewer. Never because others would be nicer.
    const told = catalog.config('cluster')['metadata.voters'] !== undefined;
    const resized =
      this.settled && (voters.length > current.length || (told && voters.length < current.length));
    if (changing ? !waitsForLost(catalog, partition, voters, gone) : gone.length === 0 && !resized) return;
    const { clock, log } = this.options;
    const command: CatalogCommand = {
      kind: 'set-metadata-voters',
      requestId: this.proposer.requestId(),
      timeMs: clock.wallMs(),
      voters,
    };
    this.proposer.propose('voters', command, () =>
      log.info({ from: current, to: voters }, 'metadata voters are being changed'),
    );
  }

  /** A cluster that was founded with more voters than the default keeps them until it is told otherwise. */
  private votersWanted(catalog: CatalogMachine, current: number): 3 | 5 {
    const told = catalog.config('cluster')['metadata.voters'] !== undefined;
    const wanted = this.options.config().metadataVoters;
    return wanted > 3 || (!told && current > 3) ? 5 : 3;
  }

  // ---- nodes that leave

  private letGo(catalog: CatalogMachine): void {
    const { clock, log } = this.options;
    for (const { id, mode } of catalog.activeNodes()) {
      const purpose = `remove-${id}`;
      if (mode !== 'decommissioning' || !this.proposer.free(purpose) || holdsSomething(catalog, id)) continue;
      const command: CatalogCommand = {
        kind: 'remove-node',
        requestId: this.proposer.requestId(),
        timeMs: clock.wallMs(),
        node: id,
      };
      this.proposer.propose(purpose, command, () =>
        log.info({ node: id }, 'decommissioned node holds nothing any more and was removed'),
      );
    }
  }

  // ---- features

  private finaliseFeatures(catalog: CatalogMachine): void {
    const { clock, config, limits, log, nodes } = this.options;
    if (config().featureFinalise !== 'auto' || !this.proposer.free('features')) return;
    const { told, silent, away } = surveyFeatures(catalog, nodes);
    // A node that is away may come back with the older build that it had.
    const known = silent.length + away.length === 0;
    const level = known ? Math.min(...told.map(({ features }) => features.max)) : 0;
    const nowMs = clock.monotonicMs();
    if (level !== this.feature.level) this.feature = { level, sinceMs: nowMs };
    if (level <= catalog.featureLevel || nowMs - this.feature.sinceMs < limits.featureSettleMs) return;
    const command: CatalogCommand = {
      kind: 'finalise-features',
      requestId: this.proposer.requestId(),
      timeMs: clock.wallMs(),
      level,
      // Copies of the metadata that earlier builds kept may not have what the nodes know: they are told.
      nodes: told,
    };
    this.proposer.propose('features', command, () => log.info({ level }, 'feature level finalised'));
  }
}

/** Some new member lies on a node that is dead or gone, and there is a way back. Where there is none, repair takes the move over. */
function cannotEnd(
  catalog: CatalogMachine,
  { group, replicas, move }: CatalogPartition,
  living: ReadonlySet<NodeId>,
): boolean {
  if (group === METADATA_GROUP || move === undefined || !mayGoBack(catalog, move)) return false;
  return replicas.some((member) => !move.previous.includes(member) && !living.has(nodeOf(member)));
}

/** The voters under way count on some that never come, and the chosen ones do without just those. */
function waitsForLost(
  catalog: CatalogMachine,
  partition: CatalogPartition,
  chosen: readonly NodeId[],
  gone: readonly NodeId[],
): boolean {
  const dropped = partition.replicas.filter((member) => !chosen.includes(nodeOf(member)));
  const { featureLevel } = catalog;
  const isActive = (member: MemberId): boolean => catalog.node(nodeOf(member))?.state === 'active';
  return (
    dropped.every((member) => gone.includes(nodeOf(member))) &&
    mayGiveWay(partition, dropped, { featureLevel, isActive })
  );
}

/** A replica of a partition, or a vote in the metadata group. */
function holdsSomething(catalog: CatalogMachine, id: NodeId): boolean {
  for (const { group, member, releasing } of catalog.membersWanted(id)) {
    if (group !== METADATA_GROUP || releasing) return true;
    if (catalog.partitionOfGroup(METADATA_GROUP)?.replicas.includes(member) === true) return true;
  }
  return catalog.partitionOfGroup(METADATA_GROUP)?.move !== undefined;
}

function sameNodes(one: readonly NodeId[], other: readonly NodeId[]): boolean {
  return one.length === other.length && one.every((node) => other.includes(node));
}

function states(nodes: readonly { readonly id: NodeId; readonly state: string }[]): string {
  return nodes.map(({ id, state }) => `${id}${state}`).join();
}

function countOf(items: Iterable<unknown>): number {
  let count = 0;
  for (const _ of items) count++;
  return count;
}
