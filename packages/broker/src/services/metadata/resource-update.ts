/**
 * Changing a stream, queue, bucket or coordinator: configuration, more partitions (shards), another replication factor; each of them is a command of its own, with a request id
 * derived from the caller's, so that a repetition finds what was done. The order keeps min.insync.replicas possible at every step:
 *
 *   more replicas: replication factor ─► configuration ─► partitions        fewer: configuration ─► replication factor ─► partitions
 */
import { createHash } from 'node:crypto';
import { FlowError, isFlowError } from '@flowmesh/base';
import type { Clock } from '@flowmesh/base';
import {
  changeReplicationFactor,
  minInsyncReplicas,
  partNoun,
  PARTITIONS_PER_STREAM_MAX,
  PLACEMENT_VERSION,
  qualifiedName,
  REPLICATION_FACTOR_MAX,
} from '@flowmesh/engines';
import type { CatalogCommand, CatalogReply, CatalogStream, ResourceKind } from '@flowmesh/engines';
import { callerName, findResource, pass, propose, rehearse } from '../cluster/admin-ports.ts';
import type { Change } from '../cluster/admin-ports.ts';
import type { Door } from '../ports.ts';
import { placeOnLiveNodes, plannerInput } from './planner-input.ts';
import type { PlannerInputPorts } from './planner-input.ts';
import type { Placement } from './resource-admin.ts';

export interface ResourceUpdatePorts extends PlannerInputPorts {
  readonly door: Door;
  readonly clock: Clock;
}

export interface ResourceChange extends Change {
  readonly name: string;
  readonly set: Readonly<Record<string, string>>;
  readonly unset: readonly string[];
  /** Total afterwards. Undefined: unchanged. */
  readonly partitions: number | undefined;
  readonly replicationFactor: number | undefined;
  /** The nodes of each partition that is added. Undefined: where there is most room. */
  readonly placement?: Placement | undefined;
  readonly dryRun: boolean;
}

interface Step {
  readonly command: CatalogCommand;
  readonly reply: CatalogReply['kind'];
}

export class ResourceUpdate {
  private readonly ports: ResourceUpdatePorts;
  private readonly kind: ResourceKind;

  constructor(ports: ResourceUpdatePorts, kind: ResourceKind) {
    this.ports = ports;
    this.kind = kind;
  }

  /** What it is afterwards; with `dryRun` as it would be. New replicas and partitions come into being behind it. */
  async update(change: ResourceChange): Promise<CatalogStream> {
    const { catalog, door } = this.ports;
    const shape = change.partitions !== undefined || change.replicationFactor !== undefined;
    pass(door, change.caller, shape ? 'alter' : 'alter-configs', qualifiedName(this.kind, change.name));
    const stream = findResource(catalog, this.kind, change.name);
    check(change, stream);
    const fewer = (change.replicationFactor ?? stream.replicationFactor) < stream.replicationFactor;
    const kinds = fewer ? FEWER : MORE;
    if (change.dryRun) return this.rehearsed(change, stream, kinds);
    for (const kind of kinds) {
      // Each step sees what the one before has changed.
      const step = this.step(kind, change, findResource(catalog, this.kind, change.name));
      if (step !== undefined) await propose(catalog, step.command, step.reply, change.signal);
    }
    return findResource(catalog, this.kind, change.name);
  }

  private rehearsed(
    change: ResourceChange,
    stream: CatalogStream,
    kinds: readonly StepKind[],
  ): CatalogStream {
    const config = new Map(Object.entries(stream.config));
    for (const key of change.unset) config.delete(key);
    for (const [key, value] of Object.entries(change.set)) config.set(key, value);
    const next = {
      ...stream,
      config: Object.fromEntries(config),
      replicationFactor: change.replicationFactor ?? stream.replicationFactor,
    };
    const needed = minInsyncReplicas(next.config);
    if (needed > next.replicationFactor) throw tooManyInSync(needed, next.replicationFactor);
    const raised = next.replicationFactor > stream.replicationFactor;
    for (const kind of kinds) {
      const step = this.step(kind, change, stream);
      // What needs a step before it that a rehearsal does not take has been checked above.
      const dependent = kind === 'config' && raised && 'min.insync.replicas' in change.set;
      if (step !== undefined && !dependent) rehearse(this.ports.catalog, step.command);
    }
    return next;
  }

  private step(kind: StepKind, change: ResourceChange, stream: CatalogStream): Step | undefined {
    const common = {
      requestId: derived(change.requestId, kind),
      timeMs: this.ports.clock.wallMs(),
      by: callerName(change.caller),
      uuid: stream.uuid,
    };
    switch (kind) {
      case 'config': {
        const { set, unset } = change;
        if (Object.keys(set).length + unset.length === 0) return undefined;
        return { command: { kind: 'alter-stream', ...common, set, unset }, reply: 'stream-altered' };
      }
      case 'partitions':
        return this.partitionsStep(change, stream, common);
      case 'replication-factor':
        return this.replicationStep(change, stream, common);
    }
  }

  private partitionsStep(
    change: ResourceChange,
    stream: CatalogStream,
    common: StepCommon,
  ): Step | undefined {
    const count = change.partitions ?? stream.groups.length;
    const added = count - stream.groups.length;
    if (added === 0) return undefined;
    const { placement = this.placementOf(stream, added) } = change;
    const placed = { placement, placementVersion: PLACEMENT_VERSION };
    return { command: { kind: 'add-partitions', ...common, count, ...placed }, reply: 'partitions-added' };
  }

  private placementOf(stream: CatalogStream, added: number): Placement {
    // While a rehearsed factor is not in force yet, partitions are placed for the one that is.
    const { replicationFactor } = stream;
    const wish = { stream: stream.uuid, partitions: added, replicationFactor };
    const placement = placeOnLiveNodes(plannerInput(this.ports), wish);
    if (isFlowError(placement)) throw placement;
    return placement;
  }

  private replicationStep(
    change: ResourceChange,
    stream: CatalogStream,
    common: StepCommon,
  ): Step | undefined {
    const { replicationFactor } = change;
    if (replicationFactor === undefined || replicationFactor === stream.replicationFactor) return undefined;
    const { nodes, partitions, diskHighFraction } = plannerInput(this.ports);
    const own = partitions.filter((each) => each.stream === stream.uuid);
    const moves = changeReplicationFactor(nodes, own, partitions, replicationFactor, diskHighFraction);
    if (isFlowError(moves)) throw moves;
    const assigned = new Map(moves.map(({ group, from, to, bytes }) => [group, { group, from, to, bytes }]));
    const assignments = own.map(
      ({ group, replicas }) => assigned.get(group) ?? { group, from: replicas, to: replicas },
    );
    return {
      command: { kind: 'set-replication-factor', ...common, replicationFactor, assignments },
      reply: 'replication-factor-set',
    };
  }
}

type StepKind = 'config' | 'partitions' | 'replication-factor';

interface StepCommon {
  readonly requestId: string;
  readonly timeMs: number;
  readonly by: string;
  readonly uuid: string;
}

const MORE: readonly StepKind[] = ['replication-factor', 'config', 'partitions'];
const FEWER: readonly StepKind[] = ['config', 'replication-factor', 'partitions'];

function check(change: ResourceChange, stream: CatalogStream): void {
  const { partitions, replicationFactor, set, unset } = change;
  const { kind } = stream;
  const parts = `${partNoun(kind)}s`;
  if (
    partitions === undefined &&
    replicationFactor === undefined &&
    Object.keys(set).length + unset.length === 0
  ) {
    throw new FlowError('INVALID_ARGUMENT', 'nothing is to be changed', {
      hint: `Give configuration keys, a number of ${parts}, or a replication factor.`,
    });
  }
  inRange(partitions, parts, PARTITIONS_PER_STREAM_MAX);
  inRange(replicationFactor, 'replication_factor', REPLICATION_FACTOR_MAX);
  if (partitions !== undefined && partitions < stream.groups.length) {
    throw new FlowError(
      'INVALID_ARGUMENT',
      `${kind} ${stream.name} has ${stream.groups.length} ${parts}, and cannot be made to have ${partitions}`,
      {
        hint: `${parts[0]?.toUpperCase()}${parts.slice(1)} are only added: dropping one would lose what is in it.`,
        details: { field: parts, [parts]: stream.groups.length },
      },
    );
  }
}

function inRange(value: number | undefined, field: string, max: number): void {
  if (value === undefined || (Number.isSafeInteger(value) && value >= 1 && value <= max)) return;
  throw new FlowError('INVALID_ARGUMENT', `${field} is ${value}, allowed are 1 to ${max}`, {
    details: { field },
  });
}

function tooManyInSync(minInsync: number, replicationFactor: number): FlowError {
  return new FlowError(
    'INVALID_ARGUMENT',
    `min.insync.replicas ${minInsync} exceeds the replication factor ${replicationFactor}`,
    { hint: 'No write could ever be acknowledged: lower it or raise the replication factor.' },
  );
}

/** Within the length of request ids, whatever the caller's is. */
function derived(requestId: string, kind: StepKind): string {
  return createHash('sha256').update(`${kind} ${requestId}`).digest('hex').slice(0, 40);
}
