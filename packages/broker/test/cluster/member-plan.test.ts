import type { MemberId } from '@flowmesh/base';
import type { ConfChangeSingle, ConfState, ProgressStatus } from '@flowmesh/raft';
import { describe, expect, test } from 'vitest';
import { type MemberSituation, planMembers } from '../../src/cluster/member-plan.ts';
import { member } from './fakes.ts';

const A = member(1);
const B = member(2);
const C = member(3);
const D = member(4, 9);

function conf(voters: MemberId[], learners: MemberId[] = []): ConfState {
  return { voters, votersOutgoing: [], learners, learnersNext: [], autoLeave: false };
}

function at(who: MemberId, match: number, active = true): ProgressStatus {
  return {
    member: who,
    match,
    next: match + 1,
    state: 'replicate',
    paused: false,
    recentActive: active,
    learner: false,
  };
}

function situation(change: Partial<MemberSituation>): MemberSituation {
  return {
    self: A,
    conf: conf([A, B, C]),
    progress: [at(A, 100), at(B, 100), at(C, 100)],
    lastIndex: 100,
    commit: 100,
    wantedVoters: [A, B, C],
    wantedLearners: [],
    caughtUpEntriesMax: 10,
    ...change,
  };
}

describe('the membership plan', () => {
  test('nothing is to do where the configuration is what is wanted', () => {
    expect(planMembers(situation({}))).toEqual({ kind: 'reached', members: [A, B, C] });
  });

  test('a joint configuration is left alone until it has ended', () => {
    const joint = { ...conf([A, B, D]), votersOutgoing: [A, B, C] };
    expect(planMembers(situation({ conf: joint, wantedVoters: [A, B, D] }))).toEqual({
      kind: 'wait',
      for: [],
    });
  });

  test('a new member begins as a learner', () => {
    expect(planMembers(situation({ wantedVoters: [A, B, D] }))).toEqual({
      kind: 'change',
      changes: [{ kind: 'add-learner', member: D }],
    });
  });

  test('a learner that is behind, probed or silent is waited for', () => {
    const learning = { conf: conf([A, B, C], [D]), wantedVoters: [A, B, D] };
    const base = [at(A, 100), at(B, 100), at(C, 0, false)];
    for (const progress of [at(D, 50), at(D, 100, false), { ...at(D, 100), state: 'probe' as const }]) {
      expect(planMembers(situation({ ...learning, progress: [...base, progress] }))).toEqual({
        kind: 'wait',
        for: [D],
      });
    }
  });

  test('a learner that has caught up comes in as the old member goes out, in one change', () => {
    const step = planMembers(
      situation({
        conf: conf([A, B, C], [D]),
        progress: [at(A, 100), at(B, 100), at(C, 0, false), at(D, 95)],
        wantedVoters: [A, B, D],
      }),
    );
    expect(step).toEqual({
      kind: 'change',
      changes: [
        { kind: 'add-voter', member: D },
        { kind: 'remove', member: C },
      ],
    });
  });

  test('the change waits while the new voters could not commit among themselves', () => {
    const step = planMembers(
      situation({
        conf: conf([A, B, C], [D]),
        progress: [at(A, 100), at(B, 0, false), at(C, 100), at(D, 100)],
        wantedVoters: [B, D],
      }),
    );
    expect(step).toEqual({ kind: 'wait', for: [B] });
  });

  test('a leader that is to go hands over to a wanted voter first', () => {
    const step = planMembers(
      situation({
        conf: conf([A, B, C], [D]),
        progress: [at(A, 100), at(B, 100), at(C, 100), at(D, 100)],
        wantedVoters: [B, C, D],
      }),
    );
    expect(step).toEqual({ kind: 'transfer', to: 2 });
  });

  test('learners that are no longer wanted go, wanted ones come', () => {
    const removed: readonly ConfChangeSingle[] = [{ kind: 'remove', member: D }];
    expect(planMembers(situation({ conf: conf([A, B, C], [D]) }))).toEqual({
      kind: 'change',
      changes: removed,
    });
    expect(planMembers(situation({ wantedLearners: [D] }))).toEqual({
      kind: 'change',
      changes: [{ kind: 'add-learner', member: D }],
    });
    expect(planMembers(situation({ conf: conf([A, B, C], [D]), wantedLearners: [D] }))).toEqual({
      kind: 'reached',
      members: [A, B, C, D],
    });
  });
});
