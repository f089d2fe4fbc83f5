/**
 * JoinGroup, SyncGroup, Heartbeat and LeaveGroup: members of classic groups. Joins and syncs are answered when the group has got there; the
 * connection waits meanwhile, as at Kafka's brokers.
 */
import type { ClassicGeneration, LeaveOutcome } from '@flowmesh/engines';
import { MEMBERS_PER_GROUP_MAX } from '@flowmesh/engines';
import { Heartbeat, JoinGroup, LeaveGroup, SyncGroup } from '@flowmesh/kafka/protocol';
import type { RequestOf, ResponseInput } from '@flowmesh/kafka/protocol';
import { refusal } from './errors.ts';
import { groupName, instanceName, memberId, REBALANCING, toldOf } from './group-names.ts';
import { servedApi } from './served-api.ts';
import type { KafkaPorts, RequestContext, ServedApi } from './served-api.ts';

type Joined = ResponseInput<typeof JoinGroup>;
type Synced = ResponseInput<typeof SyncGroup>;
type Leaving = RequestOf<typeof LeaveGroup>['members'][number];

/** The version of JoinGroup whose clients come back with the id that they are given. */
const TAKES_ID_SINCE = 4;
const SKIPS_ASSIGNMENT_SINCE = 9;
/** Answers name the kind of group, and may name no protocol. */
const PROTOCOL_TYPE_SINCE = 7;
const SEVERAL_LEAVE_SINCE = 3;
const NOTHING = new Uint8Array(0);
const REASON_CHARS_MAX = 255;

export function groupMemberApis(ports: KafkaPorts): readonly ServedApi[] {
  return [
    servedApi(JoinGroup, (request, context) => join(ports, request, context)),
    servedApi(SyncGroup, (request, context) => sync(ports, request, context)),
    servedApi(Heartbeat, (request, context) => heartbeat(ports, request, context)),
    servedApi(LeaveGroup, (request, context) => leave(ports, request, context)),
  ];
}

async function join(
  ports: KafkaPorts,
  request: RequestOf<typeof JoinGroup>,
  { caller, version, clientId, signal }: RequestContext,
): Promise<Joined> {
  const { sessionTimeoutMs, rebalanceTimeoutMs } = request;
  const not = (refused: { readonly errorCode: number }, member = request.memberId): Joined => ({
    throttleTimeMs: 0,
    errorCode: refused.errorCode,
    generationId: -1,
    protocolType: undefined,
    protocolName: version >= PROTOCOL_TYPE_SINCE ? undefined : '',
    leader: '',
    memberId: member,
    members: [],
  });
  try {
    const answer = await ports.coordination.classic.join(
      {
        caller,
        group: groupName(request.groupId),
        member: memberId(request.memberId),
        instanceId: instanceName(request.groupInstanceId),
        clientId,
        sessionTimeoutMs,
        rebalanceTimeoutMs: Math.max(rebalanceTimeoutMs < 0 ? sessionTimeoutMs : rebalanceTimeoutMs, 1),
        protocolType: request.protocolType,
        protocols: request.protocols,
        takesId: version >= TAKES_ID_SINCE,
        skipsAssignment: version >= SKIPS_ASSIGNMENT_SINCE,
        reason: (request.reason ?? '').slice(0, REASON_CHARS_MAX),
      },
      signal,
    );
    switch (answer.kind) {
      case 'id':
        return not(refusal('MEMBER_ID_REQUIRED'), answer.member);
      case 'rebalancing':
        return not(REBALANCING);
      case 'joined':
        return joined(answer.member, answer.generation);
    }
  } catch (thrown) {
    return not(toldOf(ports, thrown, 'group'));
  }
}

function joined(member: string, generation: ClassicGeneration): Joined {
  return {
    throttleTimeMs: 0,
    errorCode: 0,
    generationId: generation.generation,
    protocolType: generation.protocolType,
    protocolName: generation.protocol,
    leader: generation.leader,
    skipAssignment: generation.skipAssignment,
    memberId: member,
    members: generation.members.map(({ id, instanceId, metadata }) => ({
      memberId: id,
      groupInstanceId: instanceId === '' ? undefined : instanceId,
      metadata: Buffer.from(metadata, 'base64'),
    })),
  };
}

async function sync(
  ports: KafkaPorts,
  request: RequestOf<typeof SyncGroup>,
  { caller, signal }: RequestContext,
): Promise<Synced> {
  const not = ({ errorCode }: { readonly errorCode: number }): Synced => ({
    throttleTimeMs: 0,
    errorCode,
    assignment: NOTHING,
  });
  try {
    const answer = await ports.coordination.classic.sync(
      {
        caller,
        group: groupName(request.groupId),
        member: memberId(request.memberId),
        instanceId: instanceName(request.groupInstanceId),
        generation: request.generationId,
        protocolType: request.protocolType,
        protocol: request.protocolName,
        assignments: request.assignments.map((one) => ({
          member: one.memberId,
          assignment: one.assignment,
        })),
      },
      signal,
    );
    if (answer.kind === 'rebalancing') return not(REBALANCING);
    const { assignment, protocolType, protocol: protocolName } = answer;
    return { throttleTimeMs: 0, errorCode: 0, protocolType, protocolName, assignment };
  } catch (thrown) {
    return not(toldOf(ports, thrown, 'group'));
  }
}

async function heartbeat(
  ports: KafkaPorts,
  request: RequestOf<typeof Heartbeat>,
  { caller }: RequestContext,
): Promise<ResponseInput<typeof Heartbeat>> {
  try {
    const answer = await ports.coordination.classic.heartbeat({
      caller,
      group: groupName(request.groupId),
      member: memberId(request.memberId),
      instanceId: instanceName(request.groupInstanceId),
      generation: request.generationId,
    });
    const { errorCode } = answer === 'alive' ? { errorCode: 0 } : REBALANCING;
    return { throttleTimeMs: 0, errorCode };
  } catch (thrown) {
    return { throttleTimeMs: 0, errorCode: toldOf(ports, thrown, 'group').errorCode };
  }
}

async function leave(
  ports: KafkaPorts,
  request: RequestOf<typeof LeaveGroup>,
  { caller, version }: RequestContext,
): Promise<ResponseInput<typeof LeaveGroup>> {
  const several = version >= SEVERAL_LEAVE_SINCE;
  const leaving: readonly Leaving[] = several
    ? request.members
    : [{ memberId: request.memberId, groupInstanceId: undefined, reason: undefined }];
  const not = ({ errorCode }: { readonly errorCode: number }): ResponseInput<typeof LeaveGroup> => ({
    throttleTimeMs: 0,
    errorCode,
    members: [],
  });
  if (leaving.length > MEMBERS_PER_GROUP_MAX) return not(refusal('INVALID_REQUEST'));
  try {
    const group = groupName(request.groupId);
    const members = leaving.map((one) => ({
      member: memberId(one.memberId),
      instanceId: instanceName(one.groupInstanceId),
    }));
    const outcomes = await ports.coordination.classic.leave(caller, group, members);
    const codes = outcomes.map((outcome) => LEFT[outcome]);
    if (!several) return not({ errorCode: codes[0] ?? 0 });
    return {
      throttleTimeMs: 0,
      errorCode: 0,
      members: leaving.map((one, i) => ({
        memberId: one.memberId,
        groupInstanceId: one.groupInstanceId,
        errorCode: codes[i] ?? 0,
      })),
    };
  } catch (thrown) {
    return not(toldOf(ports, thrown, 'group'));
  }
}

const LEFT: Readonly<Record<LeaveOutcome, number>> = {
  left: 0,
  unknown: refusal('UNKNOWN_MEMBER_ID').errorCode,
  fenced: refusal('FENCED_INSTANCE_ID').errorCode,
};
