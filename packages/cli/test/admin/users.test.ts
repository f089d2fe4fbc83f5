import { writeFileSync } from 'node:fs';
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

function passwordFile(dir: TempDir): string {
  const file = dir.join('password');
  writeFileSync(file, 'correct horse\n');
  return file;
}

describe('flowmesh-admin user', () => {
  it('creates, with JSON that programs can rely on, and sends keys instead of the password', async () => {
    using dir = new TempDir();
    const created = ['user', 'create', 'ada', '--role', 'producer', '--new-password-file', passwordFile(dir)];
    expect(await world.json(created)).toEqual({
      name: 'ada',
      enabled: true,
      roles: ['producer'],
      grants: [],
      credentials: [
        { mechanism: 'SCRAM-SHA-256', iterations: 8_192 },
        { mechanism: 'SCRAM-SHA-512', iterations: 8_192 },
      ],
      createdAt: 1_700_000_000_000,
    });
    const [request] = world.requests('createUser') as { readonly credentials: object[] }[];
    expect(request?.credentials).toMatchObject([
      { mechanism: 'SCRAM-SHA-256', iterations: 8_192 },
      { mechanism: 'SCRAM-SHA-512', iterations: 8_192 },
    ]);
    expect(JSON.stringify(request)).not.toContain('correct horse');
    expect(await world.json(['user', 'list'])).toHaveLength(1);
  });

  it('makes a password up where it is told to, and shows it that once', async () => {
    const created = (await world.json(['user', 'create', 'ada', '--generate'])) as { password: string };
    expect(created.password).toMatch(/^[\w-]{32}$/);
    expect(await world.json(['user', 'describe', 'ada'])).not.toHaveProperty('password');
    const other = (await world.json(['user', 'set-password', 'ada', '--generate'])) as { password: string };
    expect(other.password).not.toBe(created.password);
  });

  it('asks for a password, and says how to give it where nobody can be asked', async () => {
    const outcome = await world.admin(['user', 'create', 'ada']);
    expect(outcome.code).toBe(2);
    expect(outcome.stderr).toContain('--password-stdin');
  });

  it('grants operations by name and by beginning, and takes them back', async () => {
    await world.json(['user', 'create', 'ada', '--no-password']);
    const grant = ['user', 'grant', 'ada', 'read,describe', '--stream', 'orders-*', '--group', 'billing'];
    expect(await world.json(grant)).toMatchObject({
      grants: [
        { resource: 'stream', name: 'orders-', match: 'prefix', operation: 'read', effect: 'allow' },
        { resource: 'group', name: 'billing', match: 'literal', operation: 'read', effect: 'allow' },
        { resource: 'stream', name: 'orders-', match: 'prefix', operation: 'describe', effect: 'allow' },
        { resource: 'group', name: 'billing', match: 'literal', operation: 'describe', effect: 'allow' },
      ],
    });
    const revoke = ['user', 'revoke', 'ada', 'describe', '--stream', 'orders-*', '--group', 'billing'];
    expect((await world.json(revoke)) as { grants: object[] }).toHaveProperty('grants.length', 2);
    expect(await world.json(['user', 'grant', 'ada', '--role', 'consumer'])).toMatchObject({
      roles: ['consumer'],
    });
    expect(await world.json(['user', 'revoke', 'ada', '--role', 'consumer'])).toMatchObject({ roles: [] });
  });

  it('refuses what is no operation, no role, or says half of a grant', async () => {
    await world.json(['user', 'create', 'ada', '--no-password']);
    for (const bad of [
      ['grant', 'ada', 'reed', '--stream', 'orders'],
      ['grant', 'ada', 'read'],
      ['grant', 'ada', '--stream', 'orders'],
      ['grant', 'ada', '--role', 'king'],
    ])
      expect((await world.admin(['user', ...bad])).code).toBe(2);
  });

  it('disables, enables and deletes', async () => {
    await world.json(['user', 'create', 'ada', '--no-password']);
    expect(await world.json(['user', 'disable', 'ada'])).toMatchObject({ enabled: false });
    expect(await world.json(['user', 'enable', 'ada'])).toMatchObject({ enabled: true });
    expect(await world.json(['user', 'delete', 'ada', '--yes'])).toEqual({ name: 'ada', deleted: true });
    expect((await world.admin(['user', 'describe', 'ada'])).code).toBe(3);
  });

  it('makes a first administrator once', async () => {
    expect(await world.json(['user', 'create', 'root', '--first', '--generate'])).toMatchObject({
      roles: ['admin'],
    });
    const again = await world.admin(['user', 'create', 'other', '--first', '--generate']);
    expect(again.code).toBe(2);
    expect(again.stderr).toContain('there is an administrator already: root');
  });

  it('sends no password in clear to another machine', async () => {
    using dir = new TempDir();
    const argv = ['user', 'list', '--user', 'ada', '--password-file', passwordFile(dir)];
    const outcome = await world.admin([...argv, '--url', 'broker.example:50051']);
    expect(outcome.code).toBe(2);
    expect(outcome.stderr).toContain('in clear');
    expect((await world.admin(argv)).code).toBe(0);
  });
});
