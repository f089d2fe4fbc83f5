import type { MemberId } from '@flowmesh/base';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Progress } from '../../src/tracker/progress.ts';

function progress(next = 1): Progress {
  return new Progress(
    7 as MemberId,
    { next, learner: false },
    { inflightMessagesMax: 4, inflightBytesMax: 1000 },
  );
}

describe('progress of a member', () => {
  test('keeps match below next whatever happens', () => {
    const step = fc.oneof(
      fc.record({ op: fc.constant('ack' as const), index: fc.nat(30) }),
      fc.record({ op: fc.constant('reject' as const), index: fc.nat(30), hint: fc.nat(30) }),
      fc.record({ op: fc.constant('send' as const), index: fc.nat(3) }),
      fc.record({ op: fc.constantFrom('probe' as const, 'replicate' as const), index: fc.constant(0) }),
      fc.record({ op: fc.constant('snapshot' as const), index: fc.nat(30) }),
    );
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        const member = progress();
        for (const item of steps) {
          const matched = member.match;
          switch (item.op) {
            case 'ack':
              member.maybeUpdate(item.index);
              break;
            case 'reject':
              member.maybeDecrement(item.index, item.hint);
              break;
            case 'send':
              if (!member.inflights.full && member.state !== 'snapshot')
                member.sentEntries(item.index, item.index * 10);
              break;
            case 'probe':
              member.becomeProbe();
              break;
            case 'replicate':
              member.becomeReplicate();
              break;
            case 'snapshot':
              member.becomeSnapshot(Math.max(item.index, member.match));
              break;
          }
          expect(member.match).toBeGreaterThanOrEqual(matched);
          expect(member.match).toBeLessThan(member.next);
        }
      }),
    );
  });

  test('sends one probe with entries, then waits', () => {
    const member = progress();
    member.sentEntries(1, 10);
    expect(member.paused).toBe(true);
    expect(member.next).toBe(1);
  });

  test('streams ahead while replicating, until the window is full', () => {
    const member = progress();
    member.becomeReplicate();
    for (let i = 0; i < 4; i++) member.sentEntries(2, 10);
    expect(member.next).toBe(9);
    expect(member.paused).toBe(true);
    member.maybeUpdate(2);
    member.inflights.freeUpTo(2);
    expect(member.paused).toBe(false);
  });

  test('ignores rejections that tell of the past', () => {
    const member = progress(10);
    member.becomeReplicate();
    member.maybeUpdate(8);
    expect(member.maybeDecrement(8, 3)).toBe(false);
    member.becomeProbe();
    expect(member.maybeDecrement(20, 3)).toBe(false);
    expect(member.next).toBe(9);
  });

  test('probes behind the snapshot once it is reported, from the match when it failed', () => {
    const member = progress(5);
    member.becomeSnapshot(20);
    expect(member.paused).toBe(true);
    member.becomeProbe();
    expect(member.next).toBe(21);
    member.becomeSnapshot(30);
    member.pendingSnapshot = 0;
    member.becomeProbe();
    expect(member.next).toBe(1);
  });

  test('tells a commit index only where it can help', () => {
    const member = progress(11);
    expect(member.canBumpCommit(5)).toBe(true);
    member.commitSent(10);
    expect(member.canBumpCommit(12)).toBe(false);
    member.becomeReplicate();
    member.sentEntries(15, 10);
    expect(member.canBumpCommit(12)).toBe(true);
  });
});
