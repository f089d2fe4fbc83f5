import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { until } from '../../../client/test/support/conditions.ts';
import { AdminWorld } from '../support/admin.ts';
import { Capture } from '../support/run.ts';

let world: AdminWorld;

beforeEach(async () => {
  world = await AdminWorld.start();
});

afterEach(async () => {
  await world[Symbol.asyncDispose]();
});

const DOWN = {
  code: 'NODE_DOWN',
  severity: 'critical',
  subject: 'node 3',
  cause: 'it has not been reached for 5 minutes',
  impact: '4 partitions have one copy less',
  command: 'flowmesh-admin nodes remove 3 --force',
  note: 'or start it again',
  count: 1,
};
const SINGLE = {
  code: 'SINGLE_COPY',
  severity: 'info',
  subject: 'stream x',
  cause: 'one copy',
  impact: 'loss',
};

describe('flowmesh-admin cluster status', () => {
  it('has JSON that programs can rely on', async () => {
    const status = (await world.json(['cluster', 'status'])) as { nodes: object[] };
    expect({ ...status, nodes: status.nodes.length }).toMatchInlineSnapshot(`
      {
        "answeredBy": 3,
        "clusterId": "fake",
        "featureLevel": 1,
        "featureLevelMax": 2,
        "healthy": true,
        "leaderlessPartitions": 0,
        "metadataChanging": false,
        "metadataLeader": 1,
        "metadataRevision": 42,
        "metadataVoters": [
          1,
          2,
          3,
        ],
        "movingPartitions": 0,
        "nodes": 3,
        "offlinePartitions": 0,
        "partitions": 2,
        "underMinIsrPartitions": 0,
        "underReplicatedPartitions": 0,
        "version": "0.1.0",
      }
    `);
  });

  it('says where the voters of the metadata change', async () => {
    const voters = async (): Promise<string> =>
      (await world.admin(['cluster', 'status', '-o', 'wide'])).stdout;
    expect(await voters()).toMatch(/\b1,2,3\b(?! \(changing\))/);
    world.cluster.admin.metadataChanging = true;
    expect(await voters()).toMatch(/\b1,2,3 \(changing\)/);
  });

  it('exits with 10 when something is wrong, and says what', async () => {
    expect((await world.admin(['cluster', 'status'])).code).toBe(0);
    world.cluster.kill(2);
    const ill = await world.admin(['cluster', 'status']);
    expect(ill.code).toBe(10);
    expect(ill.stdout).toMatch(/\n2 +node-2 +DOWN for 5s +normal +1 +2 .* does not answer\n/);
    expect((await world.admin(['cluster', 'status', '-o', 'raw'])).stdout).toBe('fake\n');
  });

  it('exits with 6 and a hint when nobody answers', async () => {
    const outcome = await world.admin(['cluster', 'status', '--url', '127.0.0.1:1', '--timeout', '200ms']);
    expect(outcome.code).toBe(6);
    expect(outcome.stderr).toContain('hint:  Start a cluster');
  });

  it('is watched: JSON lines where nobody looks at a screen, until interrupted', async () => {
    const stop = new AbortController();
    const stdout = new Capture();
    const watching = world.admin(['cluster', 'status', '--watch', '100ms'], {
      stdout,
      interrupted: stop.signal,
    });
    await until(() => stdout.text().split('\n').length > 2, 'two looks');
    stop.abort();
    expect((await watching).code).toBe(130);
    for (const line of stdout.text().trimEnd().split('\n')) {
      expect(JSON.parse(line)).toMatchObject({ healthy: true, clusterId: 'fake' });
    }
    expect((await world.admin(['cluster', 'status', '--watch', 'often'])).code).toBe(2);
  });

  it('is redrawn at a terminal', async () => {
    const stop = new AbortController();
    const stdout = new Capture();
    const options = { stdout, terminal: true, interrupted: stop.signal, variables: { NO_COLOR: '1' } };
    const watching = world.admin(['cluster', 'status', '--watch', '100ms'], options);
    await until(() => stdout.text().split('\u001b[H\u001b[J').length > 2, 'two looks');
    stop.abort();
    await watching;
    expect(stdout.text()).toContain('every 0.1 s; Ctrl-C ends\n\ncluster:');
  });
});

describe('flowmesh-admin health', () => {
  it('has JSON that programs can rely on, and exit code 10 with findings', async () => {
    expect(await world.json(['health'])).toEqual({ healthy: true, findings: [], checks: 21 });
    world.cluster.admin.findings = [DOWN, SINGLE];
    const ill = await world.admin(['health', '-o', 'json']);
    expect(ill.code).toBe(10);
    expect(JSON.parse(ill.stdout)).toEqual({ healthy: false, findings: [DOWN], checks: 21 });
    const explained = await world.admin(['cluster', 'health', '--explain', '-o', 'json']);
    expect(JSON.parse(explained.stdout)).toMatchObject({ findings: [DOWN, { ...SINGLE, count: 0 }] });
    expect((await world.admin(['health', '-o', 'raw'])).stdout).toBe('unhealthy\n');
  });

  it('tells people cause, impact and the command', async () => {
    expect((await world.admin(['health'])).stdout).toBe('healthy: 21 checks, nothing wrong\n');
    world.cluster.admin.findings = [DOWN, SINGLE];
    expect((await world.admin(['health'])).stdout).toMatchInlineSnapshot(`
      "unhealthy: 1 finding in 21 checks

      critical  node 3: it has not been reached for 5 minutes
                → flowmesh-admin nodes remove 3 --force   (or start it again)

      Why, and what it means: flowmesh-admin health --explain
      "
    `);
    expect((await world.admin(['health', '--explain'])).stdout).toMatchInlineSnapshot(`
      "unhealthy: 1 finding in 21 checks

      critical  node 3  (NODE_DOWN)
        cause:   it has not been reached for 5 minutes
        impact:  4 partitions have one copy less
        command: flowmesh-admin nodes remove 3 --force
        note:    or start it again

      info      stream x  (SINGLE_COPY)
        cause:   one copy
        impact:  loss
      "
    `);
  });
});

describe('flowmesh-admin', () => {
  it('guesses what a mistyped command meant', async () => {
    const outcome = await world.admin(['nodes', 'drian', '3']);
    expect(outcome.code).toBe(2);
    expect(outcome.stderr).toContain('Did you mean drain?');
    expect((await world.admin(['helth'])).stderr).toContain('Did you mean health?');
    expect((await world.admin(['nodes'])).code).toBe(2);
    expect((await world.admin(['--help'])).code).toBe(0);
  });
});
