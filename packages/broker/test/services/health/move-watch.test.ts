import { memberIdFrom, nodeId } from '@flowmesh/base';
import type { GroupId, NodeId } from '@flowmesh/base';
import { expect, test } from 'vitest';
import { MoveWatch } from '../../../src/services/health/move-watch.ts';
import { createStream, FakeCatalog } from '../fake-cluster.ts';
import { FakeOps } from '../fake-ops.ts';
import { ManualTime } from '../manual-time.ts';

/** A partition on nodes 1 to 3 that moves from one of them to node 4. */
function moving() {
  const time = new ManualTime();
  const catalog = new FakeCatalog(4);
  const [group] = createStream(catalog, 'orders') as [GroupId];
  const from = (catalog.machine.partitionOfGroup(group)?.replicas ?? []).map(
    (member) => (member % 65_536) as NodeId,
  );
  const added = [1, 2, 3, 4].map((id) => nodeId(id)).find((id) => !from.includes(id)) as NodeId;
  const to = [...from.slice(0, 2), added];
  const moves = [{ group, from, to }];
  const reply = catalog.apply({ kind: 'move-replicas', requestId: 'm', timeMs: 1, reason: 'manual', moves });
  expect(reply).toMatchObject({ ok: true });
  const ops = new FakeOps();
  const watch = new MoveWatch({ catalog, ops, clock: time, scheduler: time });
  const lag = (lagEntries: number): void => {
    const member = memberIdFrom(65_536 + added);
    ops.details.set(group, [
      { node: added, member, role: 'learner', inSync: false, lagEntries, state: 'replicate' },
    ]);
  };
  return { time, watch, group, lag };
}

test('a move at its leader stands still while nothing of it gets better', () => {
  const { time, watch, group, lag } = moving();
  lag(100);
  time.advance(10_000);
  expect(watch.stillMs(group)).toBe(0);
  lag(150);
  time.advance(20_000);
  expect(watch.stillMs(group)).toBe(20_000);
  lag(90);
  time.advance(10_000);
  expect(watch.stillMs(group)).toBe(0);
  watch.close();
  expect(time.pendingTimers).toBe(0);
});

test('a move led elsewhere is suspected only after an hour, for nothing is seen of its progress', () => {
  const { time, watch, group } = moving();
  for (let minute = 0; minute < 60; minute++) time.advance(60_000);
  expect(watch.stillMs(group)).toBe(0);
  for (let minute = 0; minute < 10; minute++) time.advance(60_000);
  expect(watch.stillMs(group)).toBe(600_000);
  watch.close();
});
