import { describe, expect, test, afterEach } from 'vitest';
import type { Claim } from '../../src/transport/handshake.ts';
import { type Life, PeerLives } from '../../src/transport/peer-lives.ts';
import { meet, TestNode, until } from './kit.ts';

function claim(starts: number, session = `start-${starts}`, recovered = 0): Claim {
  return {
    clusterId: 'c',
    node: 2,
    uuid: 'uuid-2',
    session,
    starts,
    recovered,
    version: 1,
    featuresMax: 2,
    toNode: 1,
  };
}

function lives(remembered: ReadonlyMap<string, Life> = new Map()) {
  const saved: number[] = [];
  const all = new PeerLives({
    remembered,
    remember: (latest) => saved.push(latest.get('uuid-2')?.starts ?? 0),
  });
  return { all, saved };
}

describe('lives of a data directory', () => {
  test('a life is heard, and so are the later ones', () => {
    const { all, saved } = lives();
    for (const starts of [1, 2, 2, 9]) {
      expect(all.judge(claim(starts), undefined)).toBeUndefined();
      all.note(claim(starts));
    }
    expect(saved).toEqual([1, 2, 9]);
  });

  test('an earlier life is an old copy, also when it was seen by a former process of this node', () => {
    const { all } = lives(new Map([['uuid-2', { starts: 9, session: 'start-9', durable: 0 }]]));
    expect(all.judge(claim(8), undefined)).toMatchObject({
      code: 'AMNESIA',
      details: { node: 2, starts: 8, seenStarts: 9 },
    });
    expect(all.judge(claim(9), undefined)).toBeUndefined();
  });

  test('the same start in another process is an old copy that was started as often', () => {
    const { all } = lives(new Map([['uuid-2', { starts: 9, session: 'start-9', durable: 0 }]]));
    expect(all.judge(claim(9, 'another'), undefined)).toMatchObject({ code: 'AMNESIA' });
  });

  test('a later life that begins with less than was durable is an old copy, whenever the copy was made', () => {
    const { all, saved } = lives();
    all.note(claim(3, 'third', 1_000));
    all.told('uuid-2', 25_000);
    all.told('uuid-2', 24_000);
    expect(saved).toEqual([3, 3]);
    expect(all.judge(claim(4, 'fourth', 24_999), undefined)).toMatchObject({ code: 'AMNESIA' });
    expect(all.judge(claim(4, 'fourth', 25_000), undefined)).toBeUndefined();
  });

  test('beside a connected process another one of the same directory is not heard', () => {
    const { all } = lives();
    all.note(claim(3, 'first'));
    expect(all.judge(claim(3, 'first'), 'first')).toBeUndefined();
    expect(all.judge(claim(4, 'second'), 'first')).toMatchObject({ code: 'IDENTITY_MISMATCH' });
    expect(all.judge(claim(4, 'second'), undefined)).toBeUndefined();
  });

  test('who does not count is heard', () => {
    const { all } = lives(new Map([['uuid-2', { starts: 9, session: 'start-9', durable: 0 }]]));
    expect(all.judge(claim(0), undefined)).toBeUndefined();
  });
});

describe('between transports', () => {
  const nodes: TestNode[] = [];
  const start = async (node: number, starts: number): Promise<TestNode> => {
    const started = await TestNode.start(node, {
      starts,
      limits: { reconnectMaxMs: 50, refusedRetryMs: 50 },
    });
    nodes.push(started);
    return started;
  };

  afterEach(async () => {
    for (const node of nodes.splice(0)) await node.close();
  });

  test('an old copy of a directory is told so and hears nothing', async () => {
    const one = await start(1, 1);
    const now = await start(2, 7);
    await meet(one, now);
    await now.close();
    const old = await start(2, 5);
    one.transport.setPeers([old.endpoint]);
    old.transport.setPeers([one.endpoint]);
    await until('it is disowned', () => old.handler.disowned.length > 0);
    expect(old.handler.disowned[0]?.code).toBe('AMNESIA');
    expect(old.transport.connected(one.node)).toBe(false);
    expect(one.transport.connected(old.node)).toBe(false);
  });

  test('a clone does not take the place of the process that is connected', async () => {
    const one = await start(1, 1);
    const original = await start(2, 4);
    await meet(one, original);
    const clone = await start(2, 5);
    clone.transport.setPeers([one.endpoint]);
    await until('it is refused', () =>
      clone.lines.some((line) => line.fields['code'] === 'IDENTITY_MISMATCH'),
    );
    expect(clone.handler.disowned).toEqual([]);
    expect(one.transport.connected(original.node)).toBe(true);
    await original.close();
    one.transport.setPeers([clone.endpoint]);
    await until('the place is free', () => one.transport.connected(clone.node));
  });
});
