import { groupId, type MemberId, NO_MEMBER, nodeId } from '@flowmesh/base';
import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { decodeHealth, encodeHealth, type LeaderReport } from '../../src/cluster/health-codec.ts';
import { LeaderTable } from '../../src/cluster/leader-table.ts';
import { ManualTime, member } from './fakes.ts';

const GROUP = groupId(7);

function report(term: number, version: number, leader: MemberId, highWatermark = 0): LeaderReport {
  return {
    group: GROUP,
    term,
    version,
    leader,
    inSync: [nodeId(1)],
    logStartOffset: 0,
    highWatermark,
    sizeBytes: 0,
  };
}

let time: ManualTime;
let down: Set<number>;
let table: LeaderTable;
let changes: number;

beforeEach(() => {
  time = new ManualTime();
  down = new Set();
  changes = 0;
  table = new LeaderTable({
    self: nodeId(1),
    clock: time,
    expiryMs: 20_000,
    connected: (node) => !down.has(node),
    grpcAddressOf: (node) => `h${node}:1`,
  });
  table.onLeaderChange(() => changes++);
});

describe('the leader table', () => {
  test('the highest term wins, whatever comes later', () => {
    table.merge(report(5, 1, member(2)));
    expect(table.merge(report(4, 9, member(3)))).toBe(false);
    expect(table.leaderOf(GROUP)).toEqual({ node: 2, term: 5, grpcAddress: 'h2:1' });
  });

  test('in one term the highest version wins', () => {
    table.merge(report(5, 3, NO_MEMBER));
    expect(table.merge(report(5, 2, member(2)))).toBe(false);
    expect(table.leaderOf(GROUP)).toBeUndefined();
  });

  test('a repeated report changes nothing and tells nobody', () => {
    table.merge(report(5, 1, member(2)));
    table.merge(report(5, 1, member(2)));
    expect(changes).toBe(1);
  });

  test('what a local replica observes counts until the leader itself reports', () => {
    table.observe(GROUP, member(3), 6);
    expect(table.leaderOf(GROUP)?.node).toBe(3);
    expect(table.summaryOf(GROUP)).toBeUndefined();
    table.merge(report(6, 1, member(3), 42));
    table.observe(GROUP, member(3), 6);
    expect(table.summaryOf(GROUP)?.highWatermark).toBe(42);
  });

  test('a higher term observed locally unseats a reported leader', () => {
    table.merge(report(5, 7, member(2)));
    table.observe(GROUP, NO_MEMBER, 6);
    expect(table.leaderOf(GROUP)).toBeUndefined();
  });

  test('a leader whose node is not reachable is not named, and is again when it is', () => {
    table.merge(report(5, 1, member(2)));
    down.add(2);
    table.nodeChanged(nodeId(2));
    expect(table.leaderOf(GROUP)).toBeUndefined();
    down.delete(2);
    expect(table.leaderOf(GROUP)?.node).toBe(2);
    expect(changes).toBe(2);
  });

  test('a leader that was silent for too long is not named', async () => {
    table.merge(report(5, 1, member(2)));
    await time.advance(20_001);
    expect(table.leaderOf(GROUP)).toBeUndefined();
    table.merge(report(5, 1, member(2)));
    expect(table.leaderOf(GROUP)?.node).toBe(2);
  });

  test('the order of arrival does not matter', () => {
    const reports = [
      report(5, 1, member(2)),
      report(5, 2, NO_MEMBER),
      report(6, 1, member(3)),
      report(4, 8, member(1)),
    ];
    fc.assert(
      fc.property(fc.shuffledSubarray(reports, { minLength: 4 }), (order) => {
        const fresh = new LeaderTable({
          self: nodeId(1),
          clock: time,
          expiryMs: 20_000,
          connected: () => true,
          grpcAddressOf: () => 'h:1',
        });
        for (const one of order) fresh.merge(one);
        return fresh.leaderOf(GROUP)?.node === 3 && fresh.leaderOf(GROUP)?.term === 6;
      }),
    );
  });
});

describe('health messages', () => {
  test('are read as they were written', () => {
    const message = {
      full: true,
      troubles: ['disk full: free 1 GiB'],
      reports: [report(9, 3, member(2), 2 ** 40), report(1, 0, NO_MEMBER)],
    };
    expect(decodeHealth(encodeHealth(message))).toEqual({ kind: 'leaders', ...message });
  });

  test('malformed ones are refused and never assert', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        try {
          decodeHealth(bytes);
        } catch (error) {
          return (error as { code?: string }).code === 'INVALID_ARGUMENT';
        }
        return true;
      }),
    );
  });

  test('damaged ones are refused or read, and never assert', () => {
    const bytes = encodeHealth({ full: false, troubles: ['x'], reports: [report(9, 3, member(2), 2 ** 40)] });
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.nat(255), (at, value) => {
        const damaged = bytes.slice();
        damaged[at] = value;
        try {
          decodeHealth(damaged);
        } catch (error) {
          return (error as { code?: string }).code === 'INVALID_ARGUMENT';
        }
        return true;
      }),
    );
  });
});
