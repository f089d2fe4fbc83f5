import type { MemberId } from '@flowmesh/base';
import type { ConfChangeSingle, ConfState, ProgressStatus } from '@flowmesh/raft';
import fc from 'fast-check';
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
    mayLead: () => true,
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

  test('all new members begin at once, and those of a move that was given up go before anything else', () => {
    const E = member(5, 9);
    expect(planMembers(situation({ wantedVoters: [A, D, E] }))).toEqual({
      kind: 'change',
      changes: [
        { kind: 'add-learner', member: D },
        { kind: 'add-learner', member: E },
      ],
    });
    expect(planMembers(situation({ conf: conf([A, B, C], [D]), wantedVoters: [A, B, E] }))).toEqual({
      kind: 'change',
      changes: [{ kind: 'remove', member: D }],
    });
  });

  test('leadership goes to a node that may lead, and only without one to another', () => {
    const leaving = {
      conf: conf([A, B, C], [D]),
      progress: [at(A, 100), at(B, 100), at(C, 100), at(D, 100)],
      wantedVoters: [B, C, D],
    };
    expect(planMembers(situation({ ...leaving, mayLead: (node) => node !== 2 }))).toEqual({
      kind: 'transfer',
      to: 3,
    });
  });

  test('a leader that is to go keeps its vote while those who stay may not lead, and leaves without a hand-over in the end', () => {
    const leaving = {
      conf: conf([A, B, C], [D]),
      progress: [A, B, C, D].map((one) => at(one, 100)),
      wantedVoters: [B, C, D],
      mayLead: () => false,
    };
    expect(planMembers(situation(leaving))).toEqual({
      kind: 'change',
      changes: [{ kind: 'add-voter', member: D }],
    });
    expect(planMembers(situation({ ...leaving, conf: conf([A, B, C, D]) }))).toEqual({
      kind: 'change',
      changes: [{ kind: 'remove', member: A }],
    });
  });

  test('where nobody who stays has a vote yet, the leader keeps its own until one can take over', () => {
    const [X, Y] = [member(5, 9), member(6, 9)];
    const arrived = {
      conf: conf([A, B, C], [D, X, Y]),
      progress: [A, B, C, D, X, Y].map((one) => at(one, 100)),
      wantedVoters: [D, X, Y],
    };
    expect(planMembers(situation(arrived))).toEqual({
      kind: 'change',
      changes: [
        { kind: 'add-voter', member: D },
        { kind: 'add-voter', member: X },
        { kind: 'add-voter', member: Y },
        { kind: 'remove', member: B },
        { kind: 'remove', member: C },
      ],
    });
    expect(planMembers(situation({ ...arrived, conf: conf([A, D, X, Y]) }))).toEqual({
      kind: 'transfer',
      to: 4,
    });
    expect(planMembers(situation({ ...arrived, self: D, conf: conf([A, D, X, Y]) }))).toEqual({
      kind: 'change',
      changes: [{ kind: 'remove', member: A }],
    });
  });

  test('from any configuration any other is reached, without ever removing the leader that decides', () => {
    const everyone = [1, 2, 3, 4, 5, 6].map((node) => member(node, node));
    const some = fc.subarray(everyone, { minLength: 1 });
    fc.assert(
      fc.property(some, fc.subarray(everyone), some, (voters, others, wantedVoters) => {
        let now = conf(
          voters,
          others.filter((one) => !voters.includes(one)),
        );
        let self = voters[0] as MemberId;
        for (let steps = 0; steps < 12; steps++) {
          const progress = [...now.voters, ...now.learners].map((one) => at(one, 100));
          const step = planMembers(situation({ self, conf: now, progress, wantedVoters }));
          if (step.kind === 'reached') {
            return (
              new Set(step.members).size === wantedVoters.length &&
              wantedVoters.every((one) => step.members.includes(one))
            );
          }
          if (step.kind === 'transfer') {
            self = now.voters.find((one) => one % 65_536 === step.to) as MemberId;
            if (self === undefined) return false;
          } else if (step.kind === 'change') {
            if (step.changes.some((change) => change.kind === 'remove' && change.member === self))
              return false;
            now = changed(now, step.changes);
          } else return false;
        }
        return false;
      }),
    );
  });
});

function changed(before: ConfState, changes: readonly ConfChangeSingle[]): ConfState {
  const touched = new Set(changes.map((change) => change.member));
  const of = (kind: ConfChangeSingle['kind']) =>
    changes.filter((change) => change.kind === kind).map((change) => change.member);
  return conf(
    [...before.voters.filter((one) => !touched.has(one)), ...of('add-voter')],
    [...before.learners.filter((one) => !touched.has(one)), ...of('add-learner')],
  );
}
