/** Groups as those who look at them are told of them, of whichever protocol. */
import {
  type ClassicMember,
  comparePartitions,
  type Group,
  type GroupProtocol,
  isStable,
  type PartitionKey,
  partitionKey,
} from '@flowmesh/engines';
import { CONSUMER_PROTOCOL_TYPE, decodeAssignment } from '@flowmesh/kafka/protocol';
import { wildcardOfRegex } from './topic-regex.ts';

/** As Kafka calls what spreads partitions evenly over members, several to one partition where there are more of them. */
export const SHARE_ASSIGNOR = 'simple';

export type GroupState = 'empty' | 'rebalancing' | 'stable';

/** The state more exactly: the two in the middle of a classic group, or of a native one. */
export type GroupStep = 'empty' | 'joining' | 'syncing' | 'assigning' | 'reconciling' | 'stable';

export interface GroupSummaryView {
  readonly group: string;
  readonly protocol: GroupProtocol;
  /** What members of classic groups speak; native ones are consumers. */
  readonly protocolType: string;
  readonly state: GroupState;
  readonly step: GroupStep;
  readonly members: number;
  /** In classic groups what their members have agreed on. */
  readonly assignor: string;
  /** In classic groups the generation. */
  readonly epoch: number;
  readonly rebalances: number;
}

export interface MemberView {
  readonly id: string;
  readonly instanceId: string;
  readonly clientId: string;
  readonly host: string;
  readonly rack: string;
  readonly streams: readonly string[];
  /** Empty also for a regular expression that says more than a pattern can. */
  readonly pattern: string;
  readonly epoch: number;
  readonly joinedAtMs: number;
  readonly assigned: readonly PartitionKey[];
  readonly revoking: readonly PartitionKey[];
}

export function summaryOf(group: Group): GroupSummaryView {
  const { id, protocol, assignor, epoch, rebalances } = group.head;
  const { classic } = group;
  const step = stepOf(group);
  return {
    group: id,
    protocol,
    protocolType: protocol === 'share' ? 'share' : (classic?.protocolType ?? CONSUMER_PROTOCOL_TYPE),
    step,
    state: step === 'empty' || step === 'stable' ? step : 'rebalancing',
    members: group.size,
    assignor: protocol === 'share' ? SHARE_ASSIGNOR : (classic?.protocol ?? assignor),
    epoch: classic?.generation ?? epoch,
    rebalances,
  };
}

function stepOf(group: Group): GroupStep {
  if (group.size === 0) return 'empty';
  if (group.classic !== undefined) return group.classic.phase;
  if (isStable(group)) return 'stable';
  return group.head.assignedEpoch < group.head.epoch ? 'assigning' : 'reconciling';
}

/** By their ids. */
export function membersOf(group: Group): readonly MemberView[] {
  const { classic } = group;
  const native = group.orderedMembers().map((member) => ({
    ...member,
    pattern: member.pattern === '' ? (wildcardOfRegex(member.regex) ?? '') : member.pattern,
    assigned: Object.keys(member.assigned).sort(comparePartitions),
    revoking: Object.keys(member.revoking).sort(comparePartitions),
  }));
  const classics = group.orderedClassic().map((member) => ({
    ...member,
    rack: '',
    streams: member.streams ?? [],
    pattern: '',
    epoch: classic?.generation ?? 0,
    assigned: assignedTo(group, member),
    revoking: [],
  }));
  const shared = group.orderedShare().map((member) => ({
    ...member,
    instanceId: '',
    pattern: '',
    revoking: [],
  }));
  return [...native, ...classics, ...shared];
}

/** Who reads what, as far as it is known. */
export function ownersOf(group: Group): ReadonlyMap<PartitionKey, string> {
  const owners = new Map(group.owners);
  for (const member of group.orderedClassic()) {
    for (const key of assignedTo(group, member)) owners.set(key, member.id);
  }
  return owners;
}

/** What the leader of the generation has assigned to it. Nothing, where that is said in a way that is not known. */
function assignedTo({ classic }: Group, { assignedIn, assignment }: ClassicMember): readonly PartitionKey[] {
  if (classic?.protocolType !== CONSUMER_PROTOCOL_TYPE || assignedIn !== classic.generation) return [];
  try {
    return decodeAssignment(Buffer.from(assignment, 'base64'))
      .assignedPartitions.flatMap(({ topic, partitions }) =>
        partitions.map((partition) => partitionKey(topic, partition)),
      )
      .sort(comparePartitions);
  } catch {
    return [];
  }
}
