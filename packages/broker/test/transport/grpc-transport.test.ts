import { groupId, nodeOf, type NodeId } from '@flowmesh/base';
import { afterEach, describe, expect, test } from 'vitest';
import { append, heartbeat, meet, member, TestNode, type TestNodeOptions, until } from './kit.ts';

const nodes: TestNode[] = [];

async function start(
  count: number,
  options: TestNodeOptions = {},
): Promise<[TestNode, TestNode, ...TestNode[]]> {
  const started: TestNode[] = [];
  for (let i = 1; i <= count; i++) started.push(await TestNode.start(i, options));
  nodes.push(...started);
  await meet(...started);
  return started as [TestNode, TestNode, ...TestNode[]];
}

afterEach(async () => {
  for (const node of nodes.splice(0)) await node.close();
});

describe('delivery', () => {
  test('a message reaches the node of its member, with the sender’s name', async () => {
    const [one, two, three] = await start(3);
    one.transport.send(groupId(7), heartbeat(1, 2, 41));
    one.transport.send(groupId(7), heartbeat(1, 3, 42));
    one.transport.flush();
    await until(
      'both arrived',
      () => two.handler.messages.length === 1 && three?.handler.messages.length === 1,
    );
    expect(two.handler.frames[0]?.from).toBe(one.node);
    expect(two.handler.messages[0]).toEqual({ group: 7, message: heartbeat(1, 2, 41) });
    expect(three?.handler.messages[0]).toEqual({ group: 7, message: heartbeat(1, 3, 42) });
  });

  test('what is not flushed has not left', async () => {
    const [one, two] = await start(2);
    one.transport.send(groupId(1), heartbeat(1, 2));
    one.transport.broadcastHealth(Buffer.from('after'));
    expect(one.metrics.frames.get('sent control') ?? 0).toBe(0);
    await until('the end of the turn flushed', () => two.handler.health.length === 1);
    expect(two.handler.messages).toHaveLength(1);
  });

  test('everything of one turn is one frame per peer and class, in the order sent', async () => {
    const [one, two] = await start(2);
    for (let i = 0; i < 2000; i++) one.transport.send(groupId(i + 1), heartbeat(1, 2, i));
    for (let i = 0; i < 100; i++) one.transport.send(groupId(i + 1), append(1, 2, i, [Buffer.alloc(100, i)]));
    one.transport.flush();
    await until('all arrived', () => two.handler.messages.length === 2100);
    expect(two.handler.frames.map((frame) => frame.messages.length).toSorted((a, b) => a - b)).toEqual([
      100, 2000,
    ]);
    expect(two.metrics.frames.get('received control')).toBe(1);
    expect(two.metrics.frames.get('received append')).toBe(1);
    const beats = two.handler.messages.filter(({ message }) => message.kind === 'heartbeat');
    expect(beats.map(({ group }) => group)).toEqual(Array.from({ length: 2000 }, (_, i) => i + 1));
  });

  test('frames are closed at a megabyte', async () => {
    const [one, two] = await start(2);
    for (let i = 0; i < 30; i++) one.transport.send(groupId(1), append(1, 2, i, [Buffer.alloc(100_000, i)]));
    one.transport.flush();
    await until('all arrived', () => two.handler.messages.length === 30);
    expect(two.handler.frames.map((frame) => frame.messages.length)).toEqual([10, 10, 10]);
    expect(two.handler.messages.map(({ message }) => message.kind === 'append' && message.prevIndex)).toEqual(
      Array.from({ length: 30 }, (_, i) => i),
    );
  });

  test('an entry of 5 MB passes whole, also where it is more than the credit', async () => {
    const [one, two] = await start(2, {
      limits: { appendCreditBytesMin: 65_536, receiveBudgetBytes: 65_536 },
    });
    const data = Buffer.alloc(5 << 20);
    for (let i = 0; i < data.length; i += 1000) data[i] = i % 251;
    for (let round = 1; round <= 3; round++) {
      one.transport.send(groupId(1), append(1, 2, 0, [data]));
      one.transport.flush();
      await until('the entry arrived', () => two.handler.messages.length === round);
    }
    const [first] = two.handler.messages;
    expect(first?.message.kind === 'append' && data.equals(first.message.entries[0]?.data as Buffer)).toBe(
      true,
    );
  });

  test('soft state reaches all connected peers, in order', async () => {
    const [one, two, three] = await start(3);
    for (const text of ['a', 'b', 'c']) one.transport.broadcastHealth(Buffer.from(text));
    await until('all arrived', () => two.handler.health.length === 3 && three?.handler.health.length === 3);
    expect(two.handler.health.map(({ payload }) => Buffer.from(payload).toString())).toEqual(['a', 'b', 'c']);
    expect(two.handler.health[0]?.from).toBe(one.node);
  });

  test('traffic is counted by class on both sides', async () => {
    const [one, two] = await start(2);
    one.transport.send(groupId(1), append(1, 2, 0, [Buffer.alloc(1000)]));
    one.transport.flush();
    await until('it arrived', () => two.handler.messages.length === 1);
    expect(two.metrics.bytes.get('received append')).toBe(one.metrics.bytes.get('sent append'));
    expect(two.metrics.bytes.get('received append')).toBeGreaterThan(1000);
    expect(two.metrics.bytes.get('received append')).toBeLessThan(1050);
  });
});

describe('peers', () => {
  test('up is told once on both sides, down when the other closes', async () => {
    const [one, two] = await start(2);
    expect(one.handler.ups).toEqual([two.node]);
    expect(two.handler.ups).toEqual([one.node]);
    await two.transport.close();
    await until('the loss was noticed', () => one.handler.downs.length === 1);
    expect(one.handler.downs).toEqual([two.node]);
    expect(one.transport.connected(two.node)).toBe(false);
  });

  test('a message to a peer that is not there is dropped, and told after the turn, once per group', async () => {
    const [one] = await start(2);
    for (let i = 0; i < 3; i++) one.transport.send(groupId(5), heartbeat(1, 9));
    one.transport.send(groupId(6), heartbeat(1, 9));
    expect(one.handler.unreachable).toEqual([]);
    await until('the notices came', () => one.handler.unreachable.length > 0);
    expect(one.handler.unreachable).toEqual([
      { group: 5, to: member(9) },
      { group: 6, to: member(9) },
    ]);
    expect(one.metrics.dropped.get('control')).toBe(4);
    expect(nodeOf(member(9))).toBe(9 as NodeId);
  });

  test('a peer taken from the list is disconnected, others keep their connections', async () => {
    const [one, two, three] = await start(3);
    one.transport.setPeers([three?.endpoint as never]);
    await until('two lost one', () => two.handler.downs.length === 1);
    expect(one.handler.downs).toEqual([two.node]);
    expect(one.transport.connected(two.node)).toBe(false);
    expect(one.transport.connected(three?.node as NodeId)).toBe(true);
    expect(three?.handler.downs).toEqual([]);
  });

  test('setting the same list again disturbs nothing', async () => {
    const [one, two] = await start(2);
    one.transport.setPeers([two.endpoint, one.endpoint]);
    one.transport.send(groupId(1), heartbeat(1, 2));
    one.transport.flush();
    await until('it arrived', () => two.handler.messages.length === 1);
    expect(one.handler.downs).toEqual([]);
  });

  test('a peer that starts again under its old address is up again', async () => {
    const [one, two] = await start(2);
    const { port } = two.listener;
    await two.close();
    await until('the loss was noticed', () => one.handler.downs.length === 1);
    const again = await TestNode.start(2, { port });
    nodes.push(again);
    again.transport.setPeers([one.endpoint]);
    await until('both are up again', () => one.handler.ups.length === 2 && again.handler.ups.length === 1);
    again.transport.send(groupId(1), heartbeat(2, 1));
    again.transport.flush();
    await until('it arrived', () => one.handler.messages.length === 1);
  });

  test('a closed transport leaves no socket and no timer behind', async () => {
    const before = process.getActiveResourcesInfo().filter((kind) => /TCP|Timeout/.test(kind)).length;
    const [one, two] = await start(2);
    expect(process.getActiveResourcesInfo().filter((kind) => /TCP/.test(kind)).length).toBeGreaterThan(
      before,
    );
    await one.close();
    await two.close();
    await until('all handles are gone', () => {
      return process.getActiveResourcesInfo().filter((kind) => /TCP|Timeout/.test(kind)).length <= before;
    });
  });
});

describe('congestion', () => {
  const limits = {
    receiveBudgetBytes: 1 << 20,
    appendCreditBytesMin: 1 << 18,
    appendCreditBytesMax: 1 << 18,
    appendQueueBytesMax: 1 << 20,
  };

  test('a receiver that grants nothing stops appends within bounds, never control', async () => {
    const [one, two] = await start(2, { limits });
    two.transport.throttleReceive(true);
    for (let i = 0; i < 64; i++) one.transport.send(groupId(1), append(1, 2, i, [Buffer.alloc(65_536)]));
    one.transport.flush();
    for (let i = 0; i < 64; i++) {
      one.transport.send(groupId(2), append(1, 2, i, [Buffer.alloc(65_536)]));
      one.transport.flush();
    }
    one.transport.send(groupId(3), heartbeat(1, 2, 5));
    one.transport.flush();
    await until('the heartbeat passed', () => two.handler.messages.some(({ group }) => group === 3));
    await until('drops were told', () => one.handler.unreachable.length > 0);
    expect(one.handler.unreachable).toContainEqual({ group: 2, to: member(2) });
    // One frame may overshoot the credit.
    expect(one.metrics.bytes.get('sent append')).toBeLessThanOrEqual((1 << 18) + (1 << 20) + 65_536);
    expect(one.metrics.dropped.get('append')).toBeGreaterThan(64);
    expect(one.metrics.dropped.get('control') ?? 0).toBe(0);
  });

  test('what waited goes on when the receiver grants again', async () => {
    const [one, two] = await start(2, { limits });
    two.transport.throttleReceive(true);
    for (let i = 0; i < 12; i++) {
      one.transport.send(groupId(1), append(1, 2, i, [Buffer.alloc(65_536)]));
      one.transport.flush();
    }
    await until('the credit is used up', () => two.handler.messages.length >= 4);
    expect(two.handler.messages.length).toBeLessThan(12);
    two.transport.throttleReceive(false);
    await until('the rest came without another flush', () => two.handler.messages.length === 12);
    expect(one.metrics.dropped.get('append') ?? 0).toBe(0);
    expect(two.handler.frames.length).toBeLessThan(12);
  });

  test('a steady stream larger than any credit keeps flowing', async () => {
    const [one, two] = await start(2, { limits });
    for (let i = 0; i < 400; i++) {
      one.transport.send(groupId(1), append(1, 2, i, [Buffer.alloc(65_536)]));
      one.transport.flush();
      if (i % 8 === 7) await until('these arrived', () => two.handler.messages.length === i + 1);
    }
    expect(one.handler.unreachable).toEqual([]);
  });
});
