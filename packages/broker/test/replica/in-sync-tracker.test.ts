import type { MemberId, NodeId } from '@flowmesh/base';
import type { ProgressStatus, RaftStatus } from '@flowmesh/raft';
import { beforeEach, describe, expect, test } from 'vitest';
import { InSyncTracker } from '../../src/replica/in-sync-tracker.ts';
import { FakeReplica, member } from '../cluster/fakes.ts';

const [LEADER, SECOND, THIRD] = [member(1), member(2), member(3)];
const LAG_MS = 10_000;
const ELECTION_TICKS = 10;

let tracker: InSyncTracker;
let nowMs: number;
let unreachable: Set<number>;
let draining: Set<number>;

/** A leader's view: where its log ends, and how far the others are. */
function status(lastIndex: number, second: number, third: number, learner = false): RaftStatus {
  const one = (of: MemberId, match: number): ProgressStatus => ({
    member: of,
    match,
    next: match + 1,
    state: 'replicate',
    paused: false,
    recentActive: true,
    learner: learner && of === THIRD,
  });
  const replica = new FakeReplica(1 as never, LEADER, {} as never);
  const conf = { ...replica.conf, voters: [LEADER, SECOND, THIRD] };
  const progress = [one(LEADER, lastIndex), one(SECOND, second), one(THIRD, third)];
  return { ...replica.status(), conf, lastIndex, progress };
}

function inSync(of: RaftStatus): readonly NodeId[] {
  return tracker.inSync(of, {
    nowMs,
    lagTimeMaxMs: LAG_MS,
    connected: (node) => !unreachable.has(node),
    draining: (node) => draining.has(node),
  });
}

/** Half a second in which everyone is heard; the leader looks at its followers at the end. */
function halfSecond(of: RaftStatus, heard: readonly MemberId[] = [SECOND, THIRD]): void {
  nowMs += 500;
  for (let i = 0; i < 5; i++) tracker.tick();
  for (const one of heard) tracker.heard(one);
  tracker.check(of, nowMs);
}

beforeEach(() => {
  tracker = new InSyncTracker(ELECTION_TICKS);
  nowMs = 50_000;
  unreachable = new Set();
  draining = new Set();
});

describe('the in-sync set', () => {
  test('begins with every voter and leaves out learners', () => {
    tracker.start(status(10, 10, 10), nowMs);
    expect(inSync(status(10, 10, 10))).toEqual([1, 2, 3]);
    expect(inSync(status(10, 10, 10, true))).toEqual([1, 2]);
  });

  test('a voter that falls behind leaves within the lag time and comes back when it has caught up', () => {
    tracker.start(status(10, 10, 10), nowMs);
    let last = 10;
    while (nowMs < 50_000 + LAG_MS) {
      last += 10;
      halfSecond(status(last, last, 10));
      expect(inSync(status(last, last, 10))).toEqual([1, 2, 3]);
    }
    last += 10;
    halfSecond(status(last, last, 10));
    expect(inSync(status(last, last, 10))).toEqual([1, 2]);
    halfSecond(status(last, last, last));
    expect(inSync(status(last, last, last))).toEqual([1, 2, 3]);
  });

  test('a voter that is always a little behind a busy leader stays', () => {
    tracker.start(status(10, 10, 10), nowMs);
    for (let last = 20; last < 2_000; last += 10) {
      halfSecond(status(last, last, last - 10));
      expect(inSync(status(last, last, last - 10))).toEqual([1, 2, 3]);
    }
  });

  test('a voter that is silent for an election timeout is out although its connection stands and it had everything', () => {
    tracker.start(status(10, 10, 10), nowMs);
    halfSecond(status(10, 10, 10), [SECOND]);
    halfSecond(status(10, 10, 10), [SECOND]);
    expect(inSync(status(10, 10, 10))).toEqual([1, 2, 3]);
    tracker.tick();
    expect(inSync(status(10, 10, 10))).toEqual([1, 2]);
    tracker.heard(THIRD);
    expect(inSync(status(10, 10, 10))).toEqual([1, 2, 3]);
  });

  test('who is not connected, and who drains, is out at once', () => {
    tracker.start(status(10, 10, 10), nowMs);
    unreachable.add(2);
    expect(inSync(status(10, 10, 10))).toEqual([1, 3]);
    draining.add(3);
    expect(inSync(status(10, 10, 10))).toEqual([1]);
    draining.add(1);
    expect(inSync(status(10, 10, 10))).toEqual([1]);
  });

  test('a former replica of the same node counts for nothing', () => {
    tracker.start(status(10, 10, 10), nowMs);
    const anew = { ...status(10, 10, 0), progress: status(10, 10, 0).progress.slice() };
    anew.progress[2] = { ...(anew.progress[2] as ProgressStatus), member: member(3, 9) };
    expect(inSync(anew)).toEqual([1, 2]);
  });
});
