/**
 * Streams, queues, buckets or coordinators as objects, one kind each: create, delete, get, list. Changes go through the metadata group and
 * are idempotent by request id. What is called partitions here are the shards of the other kinds.
 *
 *   create ─ placement computed here ─► metadata applies it ─► every partition has a leader ─► answered
 *                                                      └─ time is up ─► TIMEOUT: created, leaders are still missing
 */
import { FlowError, isFlowError, must, nodeOf } from '@flowmesh/base';
import type { Clock, GroupId, NodeId } from '@flowmesh/base';
import {
  PARTITIONS_PER_STREAM_MAX,
  PLACEMENT_VERSION,
  REPLICATION_FACTOR_MAX,
  checkResourceConfig,
  checkResourceName,
  partNoun,
  qualifiedName,
  qualifiedNameOf,
} from '@flowmesh/engines';
import type { CatalogCommand, CatalogReply, CatalogStream, ResourceKind } from '@flowmesh/engines';
import { rehearse } from '../cluster/admin-ports.ts';
import type { DeadlineWheel } from '../deadline-wheel.ts';
import type { Action, Caller, CatalogPort, Door, GroupSummary, LeaderPort, NodePort } from '../ports.ts';
import { unknownResource } from '../unknown-resource.ts';
import { leadersMissing } from './leader-wait.ts';
import { placeOnLiveNodes, plannerInput } from './planner-input.ts';

export interface ResourceAdminPorts {
  readonly catalog: CatalogPort;
  readonly leaders: LeaderPort;
  readonly nodes: NodePort;
  readonly door: Door;
  readonly clock: Clock;
  readonly wheel: DeadlineWheel;
  readonly newUuid: () => string;
}

export interface NewResource {
  readonly name: string;
  /** Undefined: the default. */
  readonly partitions: number | undefined;
  readonly replicationFactor: number | undefined;
  /** The nodes of each partition, preferred leader first, in place of both numbers. Undefined: where there is most room. */
  readonly placement?: Placement | undefined;
  readonly config: Readonly<Record<string, string>>;
  readonly requestId: string;
  readonly timeoutMs: number;
}

type CreateStream = Extract<CatalogCommand, { readonly kind: 'create-stream' }>;

export type Placement = readonly (readonly NodeId[])[];

/** The same, asked for by somebody. */
export interface WantedResource extends NewResource {
  readonly caller: Caller;
}

export interface PartitionDescription {
  readonly partition: number;
  readonly group: GroupId;
  /** Preferred leader first. */
  readonly replicas: readonly NodeId[];
  readonly leader: NodeId | undefined;
  readonly leaderEpoch: number;
  /** Undefined while its leader has not told. */
  readonly summary: GroupSummary | undefined;
}

export interface ResourceDescription {
  readonly resource: CatalogStream;
  readonly partitions: readonly PartitionDescription[];
}

export interface ResourcePage {
  readonly resources: readonly CatalogStream[];
  /** The name after which the next page begins; undefined at the end. */
  readonly nextAfter: string | undefined;
}

export class ResourceAdmin {
  private readonly ports: ResourceAdminPorts;
  private readonly kind: ResourceKind;

  constructor(ports: ResourceAdminPorts, kind: ResourceKind) {
    this.ports = ports;
    this.kind = kind;
  }

  async create(wanted: WantedResource, signal: AbortSignal): Promise<ResourceDescription> {
    this.pass(wanted.caller, 'create', wanted.name);
    return this.make(wanted, signal);
  }

  /** What the node itself needs: nobody asks, so no door is passed. */
  async make(wanted: NewResource, signal: AbortSignal): Promise<ResourceDescription> {
    const { kind } = this;
    const { catalog, clock } = this.ports;
    const command = this.commandFor(wanted);
    const deadlineMs = clock.monotonicMs() + wanted.timeoutMs;
    const reply = await catalog.propose(command, signal);
    if (!reply.ok) throw reply.error;
    const created = reply.value as CatalogReply;
    if (created.kind !== 'stream-created') throw unexpected(created.kind);
    const stream = catalog.machine.streamByUuid(created.uuid);
    // A repeated request whose outcome was deleted meanwhile.
    if (stream === undefined) throw unknownResource(kind, wanted.name);
    const leftMs = deadlineMs - clock.monotonicMs();
    const missing = await leadersMissing(this.ports, stream.groups, leftMs, signal);
    if (missing > 0) throw noLeaderYet(stream, missing);
    return this.describe(stream);
  }

  /** What `create` would make by this node's copy of the metadata; refuses what that would refuse, and changes nothing. */
  rehearse(wanted: WantedResource): { readonly partitions: number; readonly replicationFactor: number } {
    this.pass(wanted.caller, 'create', wanted.name);
    const command = this.commandFor(wanted);
    rehearse(this.ports.catalog, command);
    return { partitions: command.placement.length, replicationFactor: command.replicationFactor };
  }

  async delete(caller: Caller, name: string, requestId: string, signal: AbortSignal): Promise<void> {
    this.pass(caller, 'delete', name);
    const { catalog, clock } = this.ports;
    // A repetition of a delete that succeeded: the name may belong to a successor by now.
    if (catalog.machine.resultOf(requestId)?.kind === 'stream-deleted') return;
    const stream = catalog.machine.resource(this.kind, name);
    if (stream === undefined) throw unknownResource(this.kind, name);
    const reply = await catalog.propose(
      { kind: 'delete-stream', requestId, timeMs: clock.wallMs(), uuid: stream.uuid },
      signal,
    );
    if (!reply.ok) throw reply.error;
  }

  get(caller: Caller, name: string): ResourceDescription {
    this.pass(caller, 'describe', name);
    const stream = this.find(name);
    if (stream === undefined) throw unknownResource(this.kind, name);
    return this.describe(stream);
  }

  /** As this node knows it; asks no door. */
  find(name: string): CatalogStream | undefined {
    return this.ports.catalog.machine.resource(this.kind, name);
  }

  /** By name, after `after`, those whose name begins with `prefix`. */
  list(
    caller: Caller,
    page: { readonly prefix: string; readonly after: string; readonly size: number },
  ): ResourcePage {
    const seen = (one: CatalogStream): boolean =>
      this.ports.door.authorise(caller, 'describe', qualifiedNameOf(one)) === undefined;
    const resources: CatalogStream[] = [];
    for (const one of this.ports.catalog.machine.resources(this.kind)) {
      if (!one.name.startsWith(page.prefix) || (page.after !== '' && one.name <= page.after)) continue;
      if (!seen(one)) continue;
      if (resources.length === page.size)
        return { resources, nextAfter: must(resources[page.size - 1], 'a full page').name };
      resources.push(one);
    }
    return { resources, nextAfter: undefined };
  }

  describe(resource: CatalogStream): ResourceDescription {
    return describeResource(this.ports, resource);
  }

  private commandFor(wanted: NewResource): CreateStream {
    const { kind } = this;
    const { catalog, clock, newUuid } = this.ports;
    refuse(checkResourceName(kind, wanted.name) ?? checkResourceConfig(kind, wanted.config));
    const given = wanted.placement;
    const partitions = inRange(
      given?.length ?? wanted.partitions ?? catalog.machine.clusterConfig('defaultPartitions'),
      `${partNoun(kind)}s`,
      PARTITIONS_PER_STREAM_MAX,
    );
    const replicationFactor = this.replicationFactor(given?.[0]?.length ?? wanted.replicationFactor);
    const uuid = newUuid();
    return {
      kind: 'create-stream',
      ...(kind === 'stream' ? {} : { resource: kind }),
      requestId: wanted.requestId,
      timeMs: clock.wallMs(),
      uuid,
      name: wanted.name,
      replicationFactor,
      config: wanted.config,
      placement: given ?? this.placement(uuid, partitions, replicationFactor),
      placementVersion: PLACEMENT_VERSION,
    };
  }

  private replicationFactor(wanted: number | undefined): number {
    if (wanted !== undefined) return inRange(wanted, 'replication_factor', REPLICATION_FACTOR_MAX);
    const { machine } = this.ports.catalog;
    // The default is a wish: a cluster of fewer nodes gets what it can have.
    const room = machine.activeNodes().filter((node) => node.mode === 'normal').length;
    return Math.max(1, Math.min(machine.clusterConfig('defaultReplicationFactor'), room));
  }

  private placement(stream: string, partitions: number, replicationFactor: number): Placement {
    const placement = placeOnLiveNodes(plannerInput(this.ports), { stream, partitions, replicationFactor });
    if (isFlowError(placement)) throw placement;
    return placement;
  }

  private pass(caller: Caller, action: Action, resource: string): void {
    refuse(this.ports.door.authorise(caller, action, qualifiedName(this.kind, resource)));
  }
}

/** Of any kind, as this node knows it. */
export function describeResource(
  { catalog, leaders }: Pick<ResourceAdminPorts, 'catalog' | 'leaders'>,
  resource: CatalogStream,
): ResourceDescription {
  const partitions = resource.groups.map((group, partition) => {
    const placed = catalog.machine.partitionOfGroup(group);
    const leader = leaders.leaderOf(group);
    return {
      partition,
      group,
      replicas: placed?.replicas.map((member) => nodeOf(member)) ?? [],
      leader: leader?.node,
      leaderEpoch: leader?.term ?? 0,
      summary: leaders.summaryOf(group),
    };
  });
  return { resource, partitions };
}

function refuse(error: FlowError | undefined): void {
  if (error !== undefined) throw error;
}

function inRange(value: number, field: string, max: number): number {
  if (Number.isSafeInteger(value) && value >= 1 && value <= max) return value;
  throw new FlowError('INVALID_ARGUMENT', `${field} is ${value}, allowed are 1 to ${max}`, {
    details: { field },
  });
}

function unexpected(kind: string): FlowError {
  return new FlowError('INTERNAL', `metadata answered ${kind} to another command`);
}

function noLeaderYet(stream: CatalogStream, missing: number): FlowError {
  return new FlowError(
    'TIMEOUT',
    `${stream.kind} ${stream.name} is created, but ${missing} of its ${partNoun(stream.kind)}s have no leader yet`,
    {
      hint: `Do not create it again; see: flowmesh-admin partitions list --stream ${qualifiedNameOf(stream)}`,
      details: { outcome: 'created', missingLeaders: missing },
    },
  );
}
