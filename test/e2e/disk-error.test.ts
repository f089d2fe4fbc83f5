/**
 * The disk of one node fails under load (EIO): the node ends and says why, takes part in nothing as long as its disk fails, the others go on,
 * and nothing acknowledged is lost. On a disk that works again it comes back.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { connect, type FlowMesh } from '@flowmesh/client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Cluster, type ClusterNode, type LogEntry, until } from './harness/cluster.ts';
import { type DiskCall, DiskFaults } from './harness/disk-faults.ts';
import { partitionsOf, wholeAgain } from './harness/stream-view.ts';
import { readBack, SteadyLoad } from './proofs/load.ts';
import { settled } from './proofs/watch.ts';

const STREAM = { name: 'on-failing-disks', partitions: 6 };
const PATIENCE_MS = 120_000;

let folder: string;
let faults: DiskFaults | undefined;

beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'flowmesh-faults-'));
  faults = DiskFaults.prepare(folder);
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function leaderOfFirst(cluster: Cluster, mesh: FlowMesh): Promise<ClusterNode> {
  let leader: ClusterNode | undefined;
  await until(
    async () => {
      const views = await partitionsOf(cluster, mesh, STREAM.name, STREAM.partitions);
      leader = views?.[0]?.leader;
      return leader !== undefined;
    },
    PATIENCE_MS,
    () => `partition 0 has no leader${cluster.tails()}`,
  );
  return leader as ClusterNode;
}

/** It ends by itself, with an error, and its last words are of its disk. */
async function endsForItsDisk(node: ClusterNode, fromChar: number): Promise<void> {
  await until(
    () => !node.running,
    PATIENCE_MS,
    () => `node ${node.id} goes on with a failing disk: ${node.log().slice(-3_000)}`,
  );
  expect(await node.ended(), node.log().slice(fromChar).slice(-5_000)).toBe(1);
  const entries = node.logEntries(fromChar);
  const last = entries.filter(({ level }) => level === 'fatal' || level === 60).at(-1);
  const error = last?.['err'] as LogEntry | undefined;
  expect(error, node.log().slice(-3_000)).toMatchObject({ code: 'STORAGE_IO' });
  expect(JSON.stringify(error)).toMatch(/I\/O error|Input\/output error|EIO/i);
  expect(error?.['hint']).toContain('check the disk');
  expect(entries.filter((entry) => 'raw' in entry)).toEqual([]);
}

/** Every partition has a leader, and it is another node. */
async function ledByOthers(cluster: Cluster, mesh: FlowMesh, failed: ClusterNode): Promise<void> {
  await until(
    async () => {
      const views = await partitionsOf(cluster, mesh, STREAM.name, STREAM.partitions);
      return views?.every(({ leader }) => leader !== undefined && leader !== failed) === true;
    },
    PATIENCE_MS,
    () => `the others do not lead everything${cluster.tails()}`,
  );
}

describe('a node whose disk fails', () => {
  it.for<{ readonly what: string; readonly calls: readonly DiskCall[] }>([
    { what: 'writes and flushes', calls: ['write', 'sync'] },
    { what: 'flushes alone', calls: ['sync'] },
  ])('in $what ends and says so, and the others lose nothing', async ({ calls }, context) => {
    const disk = faults;
    if (disk === undefined) return context.skip('there is no C compiler here');
    await using cluster = await Cluster.start({
      nodes: 3,
      config: { log: { level: 'info' } },
      env: disk.env,
    });
    const mesh = await connect({ endpoints: cluster.endpoints });
    try {
      const config = { 'min.insync.replicas': '2' };
      await mesh.streams.create({ ...STREAM, replicationFactor: 3, config });
      const load = new SteadyLoad({
        mesh,
        stream: STREAM.name,
        partitions: STREAM.partitions,
        recordsPerSecond: 200,
        valueBytes: 200,
      });
      load.start();
      await settled(load, 1_000);
      const victim = await leaderOfFirst(cluster, mesh);
      const others = cluster.nodes.filter((node) => node !== victim);

      disk.set({ calls, error: 'EIO', path: `${victim.dataDir}/` });
      await endsForItsDisk(victim, victim.log().length);
      await ledByOthers(cluster, mesh, victim);
      await settled(load, 1_000);

      // Started again on the same disk it does not get as far as to take part.
      const from = victim.log().length;
      victim.start();
      await endsForItsDisk(victim, from);
      expect(victim.logEntries(from).map(({ msg }) => msg)).not.toContain('node is ready');
      expect(others.every((node) => node.running)).toBe(true);

      disk.clear();
      victim.start();
      await cluster.ready(PATIENCE_MS);
      await wholeAgain(cluster, mesh, STREAM, PATIENCE_MS);
      await settled(load, 1_000);
      await load.stop();
      const verdict = await readBack(mesh, STREAM.name, load.ledger);
      expect(verdict).toMatchObject({ lost: 0, duplicated: 0, reordered: 0, misplaced: 0 });
      expect(verdict.acknowledged).toBeGreaterThan(100);
      expect(load.failures()).toEqual({});
    } finally {
      await mesh.close();
    }
  });
});
