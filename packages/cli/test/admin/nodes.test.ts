import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AdminWorld } from '../support/admin.ts';

let world: AdminWorld;

beforeEach(async () => {
  world = await AdminWorld.start();
});

afterEach(async () => {
  await world[Symbol.asyncDispose]();
});

describe('flowmesh-admin nodes', () => {
  it('lists and describes with JSON that programs can rely on', async () => {
    const nodes = (await world.json(['nodes', 'list'])) as object[];
    expect(nodes).toHaveLength(3);
    expect(nodes[0]).toMatchInlineSnapshot(`
      {
        "address": "node-1",
        "alive": true,
        "diskFreeBytes": 42949672960,
        "diskTotalBytes": 107374182400,
        "downMs": 0,
        "featureMax": 2,
        "featureMin": 1,
        "httpAddress": "127.0.0.1:7001",
        "id": 1,
        "leaders": 1,
        "metadataVoter": true,
        "mode": "normal",
        "movingIn": 0,
        "movingOut": 0,
        "peerAddress": "127.0.0.1:6001",
        "preferredLeaders": 1,
        "rack": "a",
        "replicas": 2,
        "storedBytes": 10737418240,
        "troubles": [],
        "uuid": "11111111111111111111111111111111",
        "version": "0.1.0",
      }
    `);
    expect(await world.json(['nodes', 'describe', '1'])).toEqual(nodes[0]);
    expect((await world.admin(['nodes', 'describe', '9'])).code).toBe(3);
    expect((await world.admin(['nodes', 'describe', 'x'])).code).toBe(2);
    expect((await world.admin(['nodes', 'list', '-o', 'raw'])).stdout).toBe('1\n2\n3\n');
    const head = (await world.admin(['nodes', 'list'])).stdout.split('\n')[0];
    expect(head).toMatch(/^NODE +ADDRESS +STATE +MODE +LEADERS +REPLICAS +MOVING +STORED +DISK +TROUBLES$/);
  });

  it('tells in a dry run what would move, and changes nothing', async () => {
    world.cluster.admin.warnings = ['2 streams have two copies only'];
    expect(await world.json(['nodes', 'drain', '3', '--dry-run'])).toMatchObject({
      operation: 'drain',
      dryRun: true,
      done: false,
      leaders: 1,
      replicas: 0,
      warnings: ['2 streams have two copies only'],
      node: { id: 3 },
    });
    expect(world.cluster.admin.state(3).mode).toBe('normal');
    expect((await world.admin(['nodes', 'drain', '3', '--dry-run'])).stderr).toContain('warning: 2 streams');
  });

  it('needs a confirmation: --yes where nobody can be asked, an answer at a terminal', async () => {
    const silent = await world.admin(['nodes', 'decommission', '3']);
    expect(silent.code).toBe(2);
    expect(silent.stderr).toContain(
      'not confirmed: Decommission node 3? 2 replicas and 1 leadership to move',
    );
    const no = await world.admin(['nodes', 'drain', '3'], { terminal: true, stdin: 'n\n' });
    expect(no.code).toBe(2);
    expect(no.stderr).toContain('Drain node 3? 1 leadership to move away. [y/N]');
    expect(world.cluster.admin.state(3).mode).toBe('normal');
    const yes = await world.admin(['nodes', 'drain', '3', '--no-wait'], { terminal: true, stdin: 'y\n' });
    expect(yes.code).toBe(0);
    expect(world.cluster.admin.state(3).mode).toBe('draining');
  });

  it('waits until a drain or decommission is done, and says what comes next', async () => {
    const drained = await world.admin(['nodes', 'drain', '3', '--yes', '--wait', '-o', 'json']);
    expect(JSON.parse(drained.stdout)).toMatchObject({ operation: 'drain', done: true, leaders: 0 });
    expect(drained.stderr).toContain(
      'back into service: flowmesh-admin nodes undrain 3'.replace('back', 'Back'),
    );
    expect(await world.json(['nodes', 'undrain', '3'])).toMatchObject({
      done: true,
      node: { mode: 'normal' },
    });
    world.cluster.admin.state(3).leaders = 1;
    const gone = await world.admin(['nodes', 'decommission', '3', '--yes', '--wait']);
    expect(gone.stderr).toContain('Let it go: flowmesh-admin nodes remove 3');
    expect(gone.stdout).toContain('decommissioning');
    expect(await world.json(['nodes', 'remove', '3', '--yes'])).toMatchObject({
      operation: 'remove',
      done: true,
    });
    expect(await world.json(['nodes', 'list'])).toHaveLength(2);
    expect(await world.json(['nodes', 'list', '--all'])).toHaveLength(3);
  });

  it('draws how far it is at a terminal', async () => {
    world.cluster.admin.state(3).leaders = 2;
    const outcome = await world.admin(['nodes', 'drain', '3', '--yes'], {
      terminal: true,
      variables: { NO_COLOR: '1' },
    });
    expect(outcome.stderr).toContain(`${'█'.repeat(12)}${'░'.repeat(12)} 50 % node 3: 1 of 2 left`);
    expect(outcome.stderr).toContain('100 % node 3: done\n');
  });

  it('goes on by itself when the wait is given up', async () => {
    world.cluster.admin.state(3).leaders = 1_000;
    const outcome = await world.admin(['nodes', 'drain', '3', '--yes', '--wait', '--timeout', '150ms']);
    expect(outcome.code).toBe(7);
    expect(outcome.stderr).toMatch(/not done in time: node 3: \d+ of 1000 left/);
    expect(outcome.stderr).toContain('hint:  It goes on in the background.');
  });

  it('passes on refusals and --force', async () => {
    const refused = await world.admin(['nodes', 'remove', '2', '--yes']);
    expect(refused.code).toBe(5);
    expect(refused.stderr).toContain('hint:  Move them first: flowmesh-admin nodes decommission 2');
    expect((await world.admin(['nodes', 'remove', '2', '--yes', '--force'])).code).toBe(0);
    expect(world.requests('removeNode').at(-1)).toMatchObject({ node: 2, force: true, dryRun: false });
    expect((await world.admin(['nodes', 'drain', '9', '--yes'])).code).toBe(3);
  });

  it('finds the node that stands at the address with --self', async () => {
    const { address } = world.cluster.node(2);
    expect(await world.json(['nodes', 'describe', '--self', '--url', address])).toMatchObject({ id: 2 });
    expect(
      (await world.admin(['nodes', 'drain', '--self', '--yes', '--no-wait', '--url', address])).code,
    ).toBe(0);
    expect(world.cluster.admin.state(2).mode).toBe('draining');
    expect((await world.admin(['nodes', 'drain', '--self', '--yes'])).code).toBe(2);
    expect((await world.admin(['nodes', 'drain', '--yes'])).code).toBe(2);
  });
});
