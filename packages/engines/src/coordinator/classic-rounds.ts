/**
 * Rounds of joining in classic groups: what begins one, who is waited for, and what comes of it. A round ends when every member has joined in
 * it and nobody is announced, or at its time; then there is a generation. Static members that are away stay until their session is over.
 */
import { must } from '@flowmesh/base';
import type { StateWriter } from '../machine.ts';
import type { ClassicGeneration, ClassicHead, ClassicMember } from './classic-types.ts';
import type { CoordinatorState, Group } from './coordinator-state.ts';
import { compareText } from './partition-key.ts';

export const NO_CLASSIC: ClassicHead = {
  phase: 'empty',
  generation: 0,
  round: 0,
  protocolType: '',
  protocol: '',
  leader: '',
  initial: false,
  startedAtMs: 0,
  joinUntilMs: undefined,
  announced: {},
};

/** Everybody has to join anew, the first ones of a group within `initialDelayMs` of each other. */
export function beginRound(
  state: CoordinatorState,
  group: Group,
  writer: StateWriter,
  initialDelayMs = 0,
): void {
  const classic = group.classic ?? NO_CLASSIC;
  const { timeMs } = state.globals;
  const initial = classic.phase === 'empty' && initialDelayMs > 0;
  const joinUntilMs = timeMs + (initial ? initialDelayMs : longestRebalance(group));
  state.putClassic(
    group,
    { ...classic, phase: 'joining', round: classic.round + 1, initial, startedAtMs: timeMs, joinUntilMs },
    writer,
  );
}

/** After a member has come into the round under way: the round gives it the time that it asks for, or ends with it. */
export function enterRound(
  state: CoordinatorState,
  group: Group,
  writer: StateWriter,
  initialDelayMs: number,
): void {
  const classic = classicOf(group);
  const latestMs = classic.startedAtMs + longestRebalance(group);
  const joinUntilMs = classic.initial ? Math.min(state.globals.timeMs + initialDelayMs, latestMs) : latestMs;
  if (joinUntilMs !== classic.joinUntilMs) state.putClassic(group, { ...classic, joinUntilMs }, writer);
  settleRound(state, group, writer);
}

/** Ends the round under way where nobody has to be waited for. */
function settleRound(state: CoordinatorState, group: Group, writer: StateWriter): void {
  const classic = classicOf(group);
  if (classic.phase !== 'joining' || classic.initial) return;
  if (Object.keys(classic.announced).length > 0) return;
  for (const member of group.classicMembers.values()) if (member.round !== classic.round) return;
  completeRound(state, group, writer);
}

/** The time of something is up: the round's, or that of members that were announced and have not come. */
export function expireClassic(state: CoordinatorState, group: Group, writer: StateWriter): void {
  const { timeMs } = state.globals;
  const classic = classicOf(group);
  const awaited = Object.entries(classic.announced).filter(([, untilMs]) => untilMs > timeMs);
  state.putClassic(group, { ...classic, announced: Object.fromEntries(awaited) }, writer);
  if (classic.joinUntilMs !== undefined && classic.joinUntilMs <= timeMs) completeRound(state, group, writer);
  afterAwaiting(state, group, writer);
}

function completeRound(state: CoordinatorState, group: Group, writer: StateWriter): void {
  const { round, generation } = classicOf(group);
  for (const member of group.orderedClassic()) {
    if (member.round !== round && member.instanceId === '') {
      state.deleteClassicMember(group, member.id, writer);
    }
  }
  if (group.classicMembers.size === 0) {
    endGeneration(state, group, writer);
    return;
  }
  const leader = electLeader(group);
  if (leader === undefined) {
    // All that are left are static members, and none of them is there to assign: they are waited for again.
    const { timeMs } = state.globals;
    const again = { ...classicOf(group), startedAtMs: timeMs, joinUntilMs: timeMs + longestRebalance(group) };
    state.putClassic(group, again, writer);
    return;
  }
  state.putClassic(
    group,
    {
      ...classicOf(group),
      phase: 'syncing',
      generation: generation + 1,
      protocol: chooseProtocol(group),
      leader,
      initial: false,
      joinUntilMs: undefined,
    },
    writer,
  );
  const { head } = group;
  state.putHead({ ...head, rebalances: head.rebalances + 1 }, writer);
}

/** Members are gone: without any the group is empty, else the others share anew. */
export function afterRemoval(state: CoordinatorState, group: Group, writer: StateWriter): void {
  if (group.classicMembers.size === 0) {
    endGeneration(state, group, writer);
    forgetUnused(state, group, writer);
    return;
  }
  const { phase } = classicOf(group);
  if (phase === 'syncing' || phase === 'stable') beginRound(state, group, writer);
  settleRound(state, group, writer);
}

function endGeneration(state: CoordinatorState, group: Group, writer: StateWriter): void {
  const classic = classicOf(group);
  if (classic.phase === 'empty') return;
  state.putClassic(
    group,
    {
      ...classic,
      phase: 'empty',
      generation: classic.generation + 1,
      protocol: '',
      leader: '',
      initial: false,
      joinUntilMs: undefined,
    },
    writer,
  );
  state.putHead({ ...group.head, emptySinceMs: state.globals.timeMs }, writer);
}

/** A member that was announced is awaited no more. */
export function afterAwaiting(state: CoordinatorState, group: Group, writer: StateWriter): void {
  settleRound(state, group, writer);
  forgetUnused(state, group, writer);
}

/** Nothing to be kept: names of groups that come and go would fill the shard. */
function forgetUnused(state: CoordinatorState, group: Group, writer: StateWriter): void {
  const awaited = Object.keys(group.classic?.announced ?? {}).length;
  if (group.size + awaited + group.offsets.size + group.pending.size === 0) state.deleteGroup(group, writer);
}

export function classicOf(group: Group): ClassicHead {
  return must(group.classic, 'a group with classic members has a classic head');
}

function longestRebalance(group: Group): number {
  let longest = 0;
  for (const { rebalanceTimeoutMs } of group.classicMembers.values()) {
    longest = Math.max(longest, rebalanceTimeoutMs);
  }
  return longest;
}

/** The leader stays if it has joined; else the first that came to the group leads. */
function electLeader(group: Group): string | undefined {
  const { leader, round } = classicOf(group);
  const joined = group.orderedClassic().filter((member) => member.round === round);
  if (joined.some(({ id }) => id === leader)) return leader;
  return joined.sort((a, b) => a.joinedAtMs - b.joinedAtMs || compareText(a.id, b.id))[0]?.id;
}

/** Protocols that all of these members know, as the first of them orders them. */
function sharedProtocols(members: readonly ClassicMember[]): readonly string[] {
  const [first, ...others] = members;
  return (first?.protocols ?? [])
    .map(({ name }) => name)
    .filter((name) => others.every(({ protocols }) => protocols.some((one) => one.name === name)));
}

/** Whether a member with these protocols finds a common one with the others. */
export function sharesProtocol(others: readonly ClassicMember[], joiner: ClassicMember): boolean {
  return sharedProtocols([joiner, ...others]).length > 0;
}

/** Every member votes for the best that all know; of equals, the one that comes first in order of names. */
export function chooseProtocol(group: Group): string {
  const members = group.orderedClassic();
  const shared = new Set(sharedProtocols(members));
  const votes = new Map<string, number>();
  for (const { protocols } of members) {
    const best = protocols.find(({ name }) => shared.has(name))?.name ?? '';
    votes.set(best, (votes.get(best) ?? 0) + 1);
  }
  const ranked = [...votes].sort((a, b) => b[1] - a[1] || compareText(a[0], b[0]));
  return ranked[0]?.[0] ?? '';
}

/** As this member is to be told it. */
export function generationFor(group: Group, member: string): ClassicGeneration {
  const { generation, protocolType, protocol, leader } = classicOf(group);
  const everybody = leader === member ? group.orderedClassic() : [];
  return {
    generation,
    protocolType,
    protocol,
    leader,
    // Who came to the next round already may not know how this generation assigns, and has no part in it.
    members: everybody.flatMap(({ id, instanceId, protocols }) => {
      const metadata = protocols.find(({ name }) => name === protocol)?.metadata;
      return metadata === undefined ? [] : [{ id, instanceId, metadata }];
    }),
    skipAssignment: false,
  };
}
