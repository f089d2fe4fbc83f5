import { nodeId } from '@flowmesh/base';
import { beforeEach, describe, expect, test } from 'vitest';
import { NodeReports } from '../../src/cluster/node-reports.ts';
import { ManualTime } from './fakes.ts';

const REPORT = {
  diskTotalBytes: 1,
  diskFreeBytes: 1,
  storedBytes: 0,
  rssBytes: 0,
  uptimeMs: 0,
  version: '1',
  features: { min: 1, max: 1 },
  leading: 0,
  durable: 0,
  avoidLeading: false,
};
const [SELF, OTHER] = [nodeId(1), nodeId(2)];

let time: ManualTime;
let connected: Set<number>;
let nodes: NodeReports;

beforeEach(() => {
  time = new ManualTime();
  connected = new Set();
  nodes = new NodeReports({
    self: SELF,
    clock: time,
    connected: (node) => connected.has(node),
    own: () => ({ ...REPORT, leading: 9 }),
    expiryMs: 20_000,
  });
});

describe('what is known of nodes', () => {
  test('absence counts from the moment the connection was lost, and ends with it', async () => {
    connected.add(OTHER);
    nodes.changed(OTHER);
    await time.advance(1_000);
    expect([nodes.downMs(OTHER), nodes.upMs(OTHER)]).toEqual([0, 1_000]);
    connected.delete(OTHER);
    nodes.changed(OTHER);
    await time.advance(700);
    expect([nodes.downMs(OTHER), nodes.upMs(OTHER)]).toEqual([700, 0]);
    connected.add(OTHER);
    nodes.changed(OTHER);
    await time.advance(200);
    expect([nodes.downMs(OTHER), nodes.upMs(OTHER)]).toEqual([0, 200]);
  });

  test('a node that was never reached counts as away from the first time that somebody asked', async () => {
    await time.advance(5_000);
    expect(nodes.downMs(OTHER)).toBe(0);
    await time.advance(300);
    expect(nodes.downMs(OTHER)).toBe(300);
  });

  test('its own report is as it is now, and it is never away', async () => {
    await time.advance(5_000);
    expect(nodes.reportOf(SELF)?.leading).toBe(9);
    expect([nodes.downMs(SELF), nodes.upMs(SELF)]).toEqual([0, 5_000]);
  });

  test('the levels that a node knows are those of the process that is connected now', async () => {
    const newer = { ...REPORT, features: { min: 1, max: 2 } };
    connected.add(OTHER);
    nodes.changed(OTHER);
    expect(nodes.featuresOf(OTHER)).toBeUndefined();
    await time.advance(10);
    nodes.heard(OTHER, newer);
    expect(nodes.featuresOf(OTHER)).toEqual({ min: 1, max: 2 });
    connected.delete(OTHER);
    nodes.changed(OTHER);
    expect(nodes.featuresOf(OTHER)).toBeUndefined();
    await time.advance(10);
    connected.add(OTHER);
    nodes.changed(OTHER);
    await time.advance(5_000);
    expect(nodes.featuresOf(OTHER)).toBeUndefined();
  });

  test('a node that is connected and tells nothing is a build that knows level 1 only', async () => {
    connected.add(OTHER);
    nodes.changed(OTHER);
    nodes.heard(OTHER, { ...REPORT, features: { min: 1, max: 2 } });
    await time.advance(20_001);
    expect(nodes.featuresOf(OTHER)).toEqual({ min: 1, max: 1 });
    expect(nodes.featuresOf(SELF)).toEqual(REPORT.features);
  });

  test('the last report of another is kept until it is forgotten', () => {
    nodes.heard(OTHER, REPORT);
    nodes.heard(OTHER, { ...REPORT, leading: 2, durable: 0 });
    expect(nodes.reportOf(OTHER)?.leading).toBe(2);
    nodes.forget(OTHER);
    expect(nodes.reportOf(OTHER)).toBeUndefined();
  });
});
