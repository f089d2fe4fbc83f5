/** What the administration of the cluster stands on, and the steps that all its calls share. */
import { FlowError } from '@flowmesh/base';
import type { Clock, GroupId, NodeId, Scheduler } from '@flowmesh/base';
import { parseQualified, partNoun } from '@flowmesh/engines';
import type {
  CatalogCommand,
  CatalogNode,
  CatalogReply,
  CatalogStream,
  ResourceKind,
} from '@flowmesh/engines';
import type {
  Action,
  Caller,
  CatalogPort,
  ClusterOpsPort,
  Door,
  LeaderPort,
  NodeInfo,
  NodePort,
  TroublesPort,
} from '../ports.ts';
import { unknownResource } from '../unknown-resource.ts';

export interface AdminPorts {
  readonly catalog: CatalogPort;
  readonly leaders: LeaderPort;
  readonly nodes: NodePort;
  readonly ops: ClusterOpsPort;
  readonly door: Door;
  readonly clock: Clock;
  readonly scheduler: Scheduler;
  readonly node: NodeInfo;
  readonly troubles: TroublesPort;
}

/** A change that somebody asks for. */
export interface Change {
  readonly caller: Caller;
  /** The same for a repetition. */
  readonly requestId: string;
  readonly signal: AbortSignal;
}

const BY_CHARS_MAX = 100;

export function pass(door: Door, caller: Caller, action: Action, resource: string): void {
  const closed = door.authorise(caller, action, resource);
  if (closed !== undefined) throw closed;
}

/** Who asked, for the audit. */
export function callerName(caller: Caller): string {
  return (caller.principal ?? `${caller.protocol} ${caller.address}`).slice(0, BY_CHARS_MAX);
}

/** Runs a command and expects its reply; a refusal is thrown. */
export async function propose<Kind extends CatalogReply['kind']>(
  catalog: CatalogPort,
  command: CatalogCommand,
  kind: Kind,
  signal: AbortSignal,
): Promise<Extract<CatalogReply, { readonly kind: Kind }>> {
  const reply = await catalog.propose(command, signal);
  if (!reply.ok) throw reply.error;
  const value = reply.value as CatalogReply;
  if (value.kind !== kind)
    throw new FlowError('INTERNAL', `metadata answered ${value.kind} to another command`);
  return value as Extract<CatalogReply, { readonly kind: Kind }>;
}

/** What the command would come to by this node's copy of the metadata; its refusal is thrown, nothing is changed. */
export function rehearse(catalog: CatalogPort, command: CatalogCommand): void {
  const outcome = catalog.machine.preview(command);
  if (outcome instanceof FlowError) throw outcome;
}

export function findResource(catalog: CatalogPort, kind: ResourceKind, name: string): CatalogStream {
  const found = catalog.machine.resource(kind, name);
  if (found === undefined) throw unknownResource(kind, name);
  return found;
}

/** Of any kind, by its qualified name, as operators name it. */
export function findStream(catalog: CatalogPort, qualified: string): CatalogStream {
  const { kind, name } = parseQualified(qualified);
  return findResource(catalog, kind, name);
}

/** The group of a partition. NOT_FOUND for an unknown stream, INVALID_ARGUMENT for a partition it does not have. */
export function findGroup(
  catalog: CatalogPort,
  name: string,
  partition: number,
): { readonly stream: CatalogStream; readonly group: GroupId } {
  const stream = findStream(catalog, name);
  const group = stream.groups[partition];
  if (group === undefined) {
    const { kind } = stream;
    const part = partNoun(kind);
    throw new FlowError('INVALID_ARGUMENT', `${kind} ${stream.name} has no ${part} ${partition}`, {
      hint: `Its ${part}s are 0 to ${stream.groups.length - 1}.`,
      details: { field: 'partition' },
    });
  }
  return { stream, group };
}

/** A node that takes part. NOT_FOUND for an unknown one, PRECONDITION_FAILED for one that is gone. */
export function findNode(catalog: CatalogPort, id: NodeId): CatalogNode {
  const node = catalog.machine.node(id);
  if (node === undefined) {
    throw new FlowError('NOT_FOUND', `there is no node ${id}`, {
      hint: 'See the nodes that there are: flowmesh-admin nodes list',
      details: { node: id },
    });
  }
  if (node.state !== 'active') {
    throw new FlowError(
      'PRECONDITION_FAILED',
      `node ${id} is no part of the cluster any more: it was ${node.state}`,
      {
        hint: 'Its id is never used again; a new node joins under a new one.',
        details: { node: id },
      },
    );
  }
  return node;
}

/** NOT_LEADER with the leader where it is known, NO_LEADER where it is not. */
export function notLeader({ leaders, node }: AdminPorts, group: GroupId): FlowError {
  const leader = leaders.leaderOf(group);
  if (leader === undefined || leader.node === node.nodeId) {
    return new FlowError('NO_LEADER', 'no node leads this partition at the moment', {
      hint: 'An election takes about a second; retry shortly. If it lasts: flowmesh-admin health --explain',
    });
  }
  return new FlowError('NOT_LEADER', `this node does not lead the partition; node ${leader.node} does`, {
    hint: `Send the request to ${leader.grpcAddress}.`,
    details: { leader: leader.grpcAddress, leaderNode: leader.node, leaderEpoch: leader.term },
  });
}
