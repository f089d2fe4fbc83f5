import { describe, expect, test } from 'vitest';
import type { CatalogCommand, CatalogUser, Grant, GrantOperation, ScramCredential } from '../../src/index.ts';
import { GRANTS_PER_USER_MAX, mayAccess } from '../../src/index.ts';
import { TestCatalog } from './cluster.ts';

const CREDENTIAL: ScramCredential = {
  mechanism: 'SCRAM-SHA-256',
  salt: 'c2FsdHNhbHRzYWx0c2FsdA==',
  iterations: 8_192,
  storedKey: 'c3RvcmVka2V5c3RvcmVka2V5c3RvcmVka2V5c3RvcmU=',
  serverKey: 'c2VydmVya2V5c2VydmVya2V5c2VydmVya2V5c2VydmU=',
};

const READ_ORDERS: Grant = {
  resource: 'stream',
  name: 'orders',
  match: 'literal',
  operation: 'read',
  effect: 'allow',
};

let requests = 0;
const common = () => ({ requestId: `users-${++requests}`, timeMs: 1_000, by: 'root' });

function create(name: string, roles: CatalogUser['roles'] = []): CatalogCommand {
  return { kind: 'create-user', ...common(), name, roles, credentials: [CREDENTIAL] };
}

function grant(name: string, add: readonly Grant[], remove: readonly Grant[] = []): CatalogCommand {
  return { kind: 'change-grants', ...common(), name, add, remove };
}

describe('users', () => {
  test('are created, changed and deleted, and keep what they were told across a restart', async () => {
    const catalog = TestCatalog.modern(3);
    catalog.done(create('ada', ['consumer', 'producer']));
    expect(catalog.machine.user('ada')).toMatchObject({
      enabled: true,
      roles: ['producer', 'consumer'],
      credentials: [CREDENTIAL],
    });
    const other = { ...CREDENTIAL, mechanism: 'SCRAM-SHA-512' } as const;
    catalog.done({
      kind: 'alter-user',
      ...common(),
      name: 'ada',
      enabled: false,
      credentials: [other, { ...CREDENTIAL, iterations: 10_000 }],
    });
    catalog.done(grant('ada', [READ_ORDERS]));
    catalog.done(create('bob'));
    catalog.done({ kind: 'delete-user', ...common(), name: 'bob' });
    const before = catalog.machine.digest();
    await catalog.restart();
    expect(catalog.machine.digest()).toBe(before);
    expect(catalog.machine.users()).toMatchObject([
      {
        name: 'ada',
        enabled: false,
        grants: [READ_ORDERS],
        credentials: [{ mechanism: 'SCRAM-SHA-256', iterations: 10_000 }, other],
      },
    ]);
  });

  test('are refused where they exist already, or do not', () => {
    const catalog = TestCatalog.modern(3);
    catalog.done(create('ada'));
    expect(catalog.error(create('ada')).code).toBe('ALREADY_EXISTS');
    expect(catalog.error(grant('bob', [READ_ORDERS])).code).toBe('NOT_FOUND');
    expect(catalog.error({ kind: 'delete-user', ...common(), name: 'bob' }).code).toBe('NOT_FOUND');
    expect(catalog.error({ kind: 'alter-user', ...common(), name: 'bob', enabled: true }).code).toBe(
      'NOT_FOUND',
    );
  });

  test('have no names, keys or iterations that are none', () => {
    const catalog = TestCatalog.modern(3);
    const withCredential = (change: object): CatalogCommand =>
      ({ ...create('eve'), credentials: [{ ...CREDENTIAL, ...change }] }) as CatalogCommand;
    for (const bad of [
      create(''),
      create('a b'),
      create('a,b=c'),
      withCredential({ iterations: 4_095 }),
      withCredential({ salt: 'no base 64' }),
      withCredential({ mechanism: 'PLAIN' }),
    ])
      expect(catalog.error(bad).code).toBe('INVALID_ARGUMENT');
  });

  test('have a limited number of grants, each once', () => {
    const catalog = TestCatalog.modern(3);
    catalog.done(create('ada'));
    const many = (from: number, count: number): readonly Grant[] =>
      Array.from({ length: count }, (_, i) => ({ ...READ_ORDERS, name: `orders-${from + i}` }));
    catalog.done(grant('ada', many(0, GRANTS_PER_USER_MAX)));
    const { revision } = catalog.machine;
    catalog.done(grant('ada', many(0, 10)));
    expect(catalog.machine.revision).toBe(revision);
    expect(catalog.error(grant('ada', many(GRANTS_PER_USER_MAX, 1))).code).toBe('PRECONDITION_FAILED');
    catalog.done(grant('ada', [READ_ORDERS], many(0, 1)));
    expect(catalog.machine.user('ada')?.grants).toHaveLength(GRANTS_PER_USER_MAX);
  });

  test('leave their changes in the audit, and no credentials', () => {
    const catalog = TestCatalog.modern(3);
    catalog.done(create('ada', ['admin']));
    catalog.done({ kind: 'alter-user', ...common(), name: 'ada', credentials: [CREDENTIAL] });
    catalog.done(grant('ada', [READ_ORDERS]));
    const entries = [...catalog.machine.audit()].filter(({ subject }) => subject === 'user ada');
    expect(entries.map(({ detail }) => detail)).toEqual([
      'created, roles: admin',
      'SCRAM-SHA-256 set',
      'granted stream literal orders read allow',
    ]);
    expect(JSON.stringify(entries)).not.toContain(CREDENTIAL.storedKey);
  });
});

function user(change: Partial<CatalogUser>): CatalogUser {
  return {
    name: 'ada',
    enabled: true,
    roles: [],
    grants: [],
    credentials: [],
    createdAtMs: 0,
    changedRevision: 1,
    ...change,
  };
}

const may = (who: CatalogUser, operation: GrantOperation, name: string | undefined = 'orders'): boolean =>
  mayAccess(who, { resource: 'stream', name, operation });

describe('access', () => {
  test('is denied unless something allows it, and to everybody who is disabled', () => {
    expect(may(user({}), 'read')).toBe(false);
    expect(may(user({ roles: ['admin'] }), 'delete')).toBe(true);
    expect(may(user({ roles: ['admin'], enabled: false }), 'delete')).toBe(false);
  });

  test('of roles is to what they are named after', () => {
    const producer = user({ roles: ['producer'] });
    expect([may(producer, 'write'), may(producer, 'describe'), may(producer, 'read')]).toEqual([
      true,
      true,
      false,
    ]);
    const consumer = user({ roles: ['consumer'] });
    expect([may(consumer, 'read'), may(consumer, 'write'), may(consumer, 'create')]).toEqual([
      true,
      false,
      false,
    ]);
    expect(mayAccess(consumer, { resource: 'group', name: 'g', operation: 'read' })).toBe(true);
    expect(mayAccess(producer, { resource: 'cluster', name: '*', operation: 'alter' })).toBe(false);
  });

  test('by grants goes by name, by how it begins, or to all', () => {
    const by = (change: Partial<Grant>): CatalogUser => user({ grants: [{ ...READ_ORDERS, ...change }] });
    expect([may(by({}), 'read'), may(by({}), 'read', 'orders2'), may(by({}), 'write')]).toEqual([
      true,
      false,
      false,
    ]);
    expect(may(by({ match: 'prefix' }), 'read', 'orders2')).toBe(true);
    expect(may(by({ name: '*' }), 'read', 'anything')).toBe(true);
    expect(may(by({ name: '*', match: 'prefix' }), 'read', 'anything')).toBe(false);
    expect(may(by({ operation: 'all' }), 'delete')).toBe(true);
    expect(mayAccess(by({}), { resource: 'queue', name: 'orders', operation: 'read' })).toBe(false);
    expect(may(by({}), 'read', undefined)).toBe(true);
  });

  test('to an operation is also to see what it is about, and a grant that denies wins', () => {
    const deny: Grant = { ...READ_ORDERS, effect: 'deny' };
    expect(may(user({ grants: [READ_ORDERS] }), 'describe')).toBe(true);
    expect(may(user({ grants: [READ_ORDERS, deny] }), 'read')).toBe(false);
    expect(may(user({ roles: ['consumer'], grants: [deny] }), 'read')).toBe(false);
    expect(may(user({ roles: ['consumer'], grants: [deny] }), 'describe')).toBe(true);
    expect(may(user({ roles: ['consumer'], grants: [deny] }), 'read', 'others')).toBe(true);
    expect(may(user({ roles: ['admin'], grants: [deny] }), 'read')).toBe(true);
  });
});
