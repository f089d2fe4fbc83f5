import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AdminWorld } from '../support/admin.ts';
import { TempDir } from '../support/run.ts';

let world: AdminWorld;

beforeEach(async () => {
  world = await AdminWorld.start();
});

afterEach(async () => {
  await world[Symbol.asyncDispose]();
});

describe('flowmesh-admin rebalance', () => {
  it('plans with JSON that programs can rely on', async () => {
    expect(await world.json(['rebalance', '--plan'])).toMatchInlineSnapshot(`
      {
        "after": {
          "leaderSkew": 0,
          "nodes": [],
          "replicaSkew": 0,
        },
        "before": {
          "leaderSkew": 1,
          "nodes": [
            {
              "bytes": 1073741824,
              "leaders": 2,
              "node": 1,
              "replicas": 3,
            },
          ],
          "replicaSkew": 0.5,
        },
        "bytes": 1073741824,
        "moves": [
          {
            "bytes": 1073741824,
            "from": [
              1,
              2,
            ],
            "partition": 0,
            "reason": "replicas",
            "stream": "orders",
            "to": [
              3,
              2,
            ],
          },
          {
            "bytes": 0,
            "from": [
              1,
              2,
            ],
            "partition": 1,
            "reason": "leaders",
            "stream": "orders",
            "to": [
              2,
              3,
            ],
          },
        ],
        "truncated": false,
      }
    `);
    const table = await world.admin(['rebalance', '--plan']);
    expect(table.stdout).toMatch(/\norders\/0 +1,2 +3,2 +1\.0 GiB +replicas\n/);
    expect(table.stderr).toContain(
      '2 moves, 1.0 GiB to copy. Replica skew 50 % → 0 %, preferred leader skew 100 % → 0 %',
    );
    expect((await world.admin(['rebalance', '--apply', '--dry-run'])).stdout).toBe(table.stdout);
    expect(world.requests('startRebalance')).toEqual([]);
  });

  it('is applied after a confirmation, waited for, and cancelled', async () => {
    expect(await world.json(['rebalance', '--status'])).toMatchObject({ state: 'none', movesDone: 0 });
    expect((await world.admin(['rebalance', '--apply'])).stderr).toContain(
      'not confirmed: Make 2 moves, copying 1.0 GiB?',
    );
    expect(await world.json(['rebalance', '--apply', '--yes', '--wait'])).toEqual({
      id: 'rebalance-1',
      state: 'done',
      startedAt: 1_700_000_000_000,
      endedAt: 1_700_000_001_000,
      movesDone: 2,
      movesRunning: 0,
      movesLeft: 0,
      bytes: 0,
      balance: { replicaSkew: 0.5, leaderSkew: 1, nodes: [] },
    });
    expect(await world.json(['rebalance', '--apply', '--yes', '--no-wait'])).toMatchObject({
      state: 'running',
    });
    expect(await world.json(['rebalance', '--cancel'])).toMatchObject({ state: 'cancelled' });
  });

  it('is waited for although a node that is behind tells of the one before', async () => {
    world.cluster.admin.rebalancesBehind = 2;
    expect(await world.json(['rebalance', '--apply', '--yes', '--wait'])).toMatchObject({
      id: 'rebalance-1',
      state: 'done',
      movesDone: 2,
    });
  });

  it('tells, where nothing is to be moved, what is left and who leads in the place of others', async () => {
    world.cluster.admin.even = true;
    const even = await world.admin(['rebalance', '--plan']);
    expect(even.stderr).toContain('Nothing to move: replica skew 0 %, preferred leader skew 38 %.');
    expect(even.stderr).toContain('cannot be divided');
    expect(even.stderr).not.toContain('go back by themselves');
    world.cluster.admin.preferredLeaders = 0;
    const elsewhere = await world.admin(['rebalance', '--plan']);
    expect(elsewhere.stderr).toContain('3 partitions are led by other nodes than preferred');
    expect(elsewhere.stderr).toContain('go back by themselves');
  });

  it('wants to know exactly one thing to do', async () => {
    expect((await world.admin(['rebalance'])).code).toBe(2);
    expect((await world.admin(['rebalance', '--plan', '--apply'])).code).toBe(2);
    expect((await world.admin(['rebalance', 'now'])).code).toBe(2);
    expect(await world.json(['rebalance', 'status'])).toMatchObject({ state: 'none' });
  });
});

describe('flowmesh-admin join-token', () => {
  it('prints a token once, with the command that uses it', async () => {
    const command =
      'flowmesh start --config node.yaml --join-token fmjt_0000000000000010_secret ' +
      '--seed 127.0.0.1:6001 --seed 127.0.0.1:6002 --seed 127.0.0.1:6003';
    const create = ['join-token', 'create', '--ttl', '1h', '--uses', '3', '--description', 'rack b'];
    expect(await world.json(create)).toEqual({
      id: '0000000000000010',
      token: 'fmjt_0000000000000010_secret',
      expiresAt: 1_700_003_600_000,
      command,
    });
    expect(await world.json(['join-token', 'list'])).toEqual([
      {
        id: '0000000000000010',
        state: 'valid',
        description: 'rack b',
        createdAt: 1_700_000_000_000,
        expiresAt: 1_700_003_600_000,
        usesMax: 3,
        usedBy: [],
      },
    ]);
    expect((await world.admin(['join-token', 'create', '-o', 'raw'])).stdout).toBe(
      'fmjt_0000000000000011_secret\n',
    );
    const shown = await world.admin(['join-token', 'create']);
    expect(shown.stdout).toContain('token:   fmjt_0000000000000012_secret\n');
    expect(shown.stderr).toContain('it is not shown again');
    expect(shown.stderr).toContain('--join-token fmjt_0000000000000012_secret --seed 127.0.0.1:6001');
    expect((await world.admin(['join-token', 'create', '--ttl', 'long'])).code).toBe(2);
  });

  it('revokes', async () => {
    await world.json(['join-token', 'create']);
    const id = '0000000000000010';
    expect(await world.json(['join-token', 'revoke', id])).toEqual({ id, revoked: true });
    expect((await world.admin(['join-token', 'list'])).stdout).toMatch(/\n0{14}10 +revoked +0 of 1 +2023-/);
    expect((await world.admin(['join-token', 'revoke', 'nope'])).code).toBe(3);
  });
});

describe('flowmesh-admin config', () => {
  const RETENTION = {
    key: 'retention.ms',
    value: '604800000',
    source: 'default',
    defaultValue: '604800000',
    description: 'About retention.ms.',
    type: 'text',
  };

  it('gets all settings of a scope, some, or one bare value', async () => {
    expect(await world.json(['config', 'get'])).toMatchObject([{ key: 'min.insync.replicas' }, RETENTION]);
    expect(await world.json(['config', 'get', 'node:3', 'retention.ms'])).toEqual([RETENTION]);
    expect((await world.admin(['config', 'get', 'cluster', 'retention.ms', '-o', 'raw'])).stdout).toBe(
      '604800000\n',
    );
    expect((await world.admin(['config', 'get', 'cluster', 'nope'])).code).toBe(3);
    expect((await world.admin(['config', 'get', 'stream:nope'])).code).toBe(3);
    for (const scope of ['queue:orders', 'bucket:carts', 'group:workers', 'coordinator:groups'])
      expect(await world.json(['config', 'get', scope, 'retention.ms'])).toEqual([RETENTION]);
    for (const scope of ['nodes', 'node:0', 'node:x', 'stream:', 'queue:', 'table:x']) {
      expect((await world.admin(['config', 'get', scope])).code).toBe(2);
    }
  });

  it('sets and unsets, and only checks in a dry run', async () => {
    const set = ['config', 'set', 'cluster', 'retention.ms=5', 'min.insync.replicas=1'];
    expect(await world.json([...set, '--dry-run'])).toMatchObject([{ value: '1' }, { value: '5' }]);
    expect(await world.json(['config', 'diff'])).toEqual([]);
    expect(await world.json(set)).toMatchObject([
      { key: 'min.insync.replicas', value: '1', source: 'cluster' },
      { key: 'retention.ms', value: '5', source: 'cluster', defaultValue: '604800000' },
    ]);
    expect(await world.json(['config', 'diff', 'cluster'])).toEqual([
      { key: 'min.insync.replicas', left: '1', right: '2' },
      { key: 'retention.ms', left: '5', right: '604800000' },
    ]);
    expect(await world.json(['config', 'unset', 'cluster', 'retention.ms'])).toMatchObject([
      { key: 'retention.ms', source: 'default' },
    ]);
    expect(await world.json(['config', 'diff', 'cluster', 'node:3'])).toEqual([
      { key: 'min.insync.replicas', left: '1', right: '2' },
    ]);
    expect((await world.admin(['config', 'set', 'cluster', 'nope=1'])).code).toBe(2);
    expect((await world.admin(['config', 'set', 'cluster', 'nope'])).code).toBe(2);
    expect((await world.admin(['config', 'set', 'cluster'])).code).toBe(2);
  });

  it('checks a node file without any node, and names every fault with what to do', async () => {
    using dir = new TempDir();
    const file = dir.join('node.yaml');
    writeFileSync(file, 'node:\n  dataDirr: /x\ncluster:\n  id: c\n  seeds: [a:1]\nlog:\n  level: loud\n');
    const faulty = await world.admin(['config', 'check', file, '-o', 'json']);
    expect(faulty.code).toBe(2);
    const report = JSON.parse(faulty.stdout) as { faults: object[] };
    expect(report).toMatchObject({ file, valid: false });
    expect(report.faults).toContainEqual({
      path: 'node.dataDirr',
      cause: 'unknown key',
      hint: 'Did you mean dataDir?',
      origin: file,
    });
    expect(report.faults.map((fault) => (fault as { path: string }).path)).toContain('log.level');
    const table = await world.admin(['config', 'check', 'node.yaml'], { cwd: dir.path });
    expect(table.stdout).toMatch(/node\.dataDirr +unknown key +Did you mean dataDir\?/);
    expect((await world.admin(['config', 'check', dir.join('nope.yaml')])).code).toBe(2);
    writeFileSync(file, 'node:\n  dataDir: /x\ncluster:\n  id: c\n  seeds: [a:1]\n');
    expect(await world.json(['config', 'check', file])).toEqual({ file, valid: true, faults: [] });
    const strict = await world.admin(['config', 'check', file, '--environment'], {
      variables: { FLOWMESH_LOG__LEVEL: 'loud' },
    });
    expect(strict.code).toBe(2);
  });
});

describe('flowmesh-admin upgrade', () => {
  it('tells what the nodes run, and finalises once', async () => {
    expect(await world.json(['upgrade', 'status'])).toMatchObject({
      level: 1,
      levelMax: 2,
      finalised: false,
      nodes: [{ id: 1, alive: true, version: '0.1.0', featureMin: 1, featureMax: 2 }, {}, {}],
    });
    expect((await world.admin(['upgrade', 'finalise'])).stderr).toContain(
      'not confirmed: Raise the feature level from 1 to 2?',
    );
    const finalise = ['upgrade', 'finalise', '--yes'];
    expect(await world.json([...finalise, '--dry-run'])).toEqual({
      before: 1,
      level: 1,
      wished: 2,
      dryRun: true,
    });
    expect(await world.json(finalise)).toEqual({ before: 1, level: 2, wished: 2, dryRun: false });
    expect((await world.admin(finalise)).stderr).toContain('Nothing to do');
    expect((await world.admin(['upgrade', 'finalise', '--level', '1'])).code).toBe(2);
  });
});

describe('flowmesh-admin audit and snapshot', () => {
  it('lists the latest changes', async () => {
    expect(await world.json(['audit', '--limit', '1'])).toEqual([
      {
        revision: 9,
        time: 1_700_000_000_000,
        kind: 'drain',
        subject: 'node 3',
        detail: '',
        by: '127.0.0.1:4',
      },
    ]);
  });

  it('writes the metadata to a file of its owner, and replaces nothing unasked', async () => {
    using dir = new TempDir();
    const options = { cwd: dir.path };
    const outcome = await world.admin(['snapshot', '-o', 'json'], options);
    const file = dir.join('metadata-fake-42.json');
    expect(JSON.parse(outcome.stdout)).toEqual({ file, revision: 42, bytes: 21, clusterId: 'fake' });
    expect(readFileSync(file, 'utf8')).toBe('{"clusterId":"fake"}\n');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect((await world.admin(['snapshot'], options)).code).toBe(5);
    expect((await world.admin(['snapshot', '--overwrite'], options)).code).toBe(0);
    expect((await world.admin(['snapshot', '-f', '-'])).stdout).toBe('{"clusterId":"fake"}\n');
    expect((await world.admin(['snapshot', '-f', 'no/such/dir/x'], options)).code).toBe(1);
  });
});
