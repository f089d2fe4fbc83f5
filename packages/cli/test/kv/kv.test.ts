/** `flowmesh kv` against a real broker. */
import type { FlowMesh } from '@flowmesh/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startBroker, type TestBroker } from '../../../testing/src/index.ts';
import { type Outcome, run, type RunOptions } from '../support/run.ts';

let broker: TestBroker;
let mesh: FlowMesh;

beforeAll(async () => {
  broker = await startBroker();
  mesh = await broker.mesh();
  await mesh.kv.create({ name: 'settings' });
});

afterAll(async () => {
  await broker.stop();
});

function kv(argv: readonly string[], options: RunOptions = {}): Promise<Outcome> {
  return run(['--url', broker.endpoints.join(','), 'kv', ...argv], options);
}

const json = ({ stdout }: Outcome): unknown => JSON.parse(stdout);
const lines = ({ stdout }: Outcome): unknown[] =>
  stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);

describe('buckets', () => {
  it('are created, listed, described, altered and dropped', async () => {
    const created = await kv(['create', 'carts', '-s', '2', '-c', 'history.depth=3', '-o', 'json']);
    expect(json(created)).toEqual({
      name: 'carts',
      uuid: expect.stringMatching(/^[0-9a-f]{32}$/) as string,
      shards: 2,
      replicationFactor: 1,
      config: { 'history.depth': '3' },
      createdAt: expect.any(Number) as number,
    });
    expect((await kv(['create', 'carts'])).code).toBe(5);
    expect((await kv(['create', 'carts', '--if-not-exists'])).code).toBe(0);
    expect(json(await kv(['buckets', '--prefix', 'cart', '-o', 'json']))).toMatchObject([{ name: 'carts' }]);
    expect((await kv(['alter', 'carts'])).code).toBe(2);
    const altered = await kv(['alter', 'carts', '--set', 'ttl.default.ms=60000', '-o', 'json']);
    expect(json(altered)).toMatchObject({ config: { 'history.depth': '3', 'ttl.default.ms': '60000' } });
    expect((await kv(['describe', 'carts'])).stdout).toContain('history.depth=3 ttl.default.ms=60000');
    expect(json(await kv(['drop', 'carts', '-o', 'json']))).toEqual({ name: 'carts', deleted: true });
    const gone = await kv(['describe', 'carts']);
    expect(gone.code).toBe(3);
    expect(gone.stderr).toContain('flowmesh kv create carts');
  });
});

describe('entries', () => {
  it('are put from arguments, standard input and files, and printed as they are', async () => {
    expect(json(await kv(['put', 'settings', 'theme', 'dark', '-o', 'json']))).toMatchObject({
      key: 'theme',
      version: 1,
    });
    expect((await kv(['get', 'settings', 'theme'])).stdout).toBe('dark');
    const binary = Buffer.from([0xff, 0x00, 0x0a]);
    expect((await kv(['put', 'settings', 'logo'], { stdin: binary })).code).toBe(0);
    expect(json(await kv(['get', 'settings', 'logo', '-o', 'json']))).toMatchObject({
      key: 'logo',
      value: '/wAK',
      encoding: 'base64',
    });
    const missing = await kv(['get', 'settings', 'nothing']);
    expect(missing.code).toBe(3);
    expect(missing.stderr).toContain('there is no key nothing in bucket settings (NOT_FOUND)');
  });

  it('are written under conditions', async () => {
    const first = json(await kv(['put', 'settings', 'cas', '1', '--if-absent', '-o', 'json'])) as {
      revision: number;
    };
    expect((await kv(['put', 'settings', 'cas', '2', '--if-absent'])).code).toBe(5);
    expect((await kv(['put', 'settings', 'cas', '2', '--if-revision', String(first.revision)])).code).toBe(0);
    const stale = await kv(['put', 'settings', 'cas', '3', '--if-revision', String(first.revision)]);
    expect(stale.code).toBe(5);
    expect(stale.stderr).toContain('is at revision');
    expect((await kv(['put', 'settings', 'cas', '4', '--if-absent', '--if-present'])).code).toBe(2);
    expect((await kv(['delete', 'settings', 'cas', '--if-revision', String(first.revision)])).code).toBe(5);
    expect(json(await kv(['delete', 'settings', 'cas', '-o', 'json']))).toEqual({ deleted: 1 });
    expect((await kv(['delete', 'settings', 'cas'])).code).toBe(3);
  });

  it('have a time to live that is shown, changed and taken away', async () => {
    await kv(['put', 'settings', 'session', 'x', '--ttl', '1h']);
    const { remainingMs } = json(await kv(['touch', 'settings', 'session', '-o', 'json'])) as {
      remainingMs: number;
    };
    expect(remainingMs).toBeGreaterThan(3_500_000);
    const touched = json(await kv(['touch', 'settings', 'session', '--ttl', '1m', '-o', 'json']));
    expect((touched as { remainingMs: number }).remainingMs).toBeLessThanOrEqual(60_000);
    expect(json(await kv(['touch', 'settings', 'session', '--persist', '-o', 'json']))).not.toHaveProperty(
      'remainingMs',
    );
    expect((await kv(['touch', 'settings', 'nothing', '--ttl', '1m'])).code).toBe(3);
  });

  it('count', async () => {
    expect((await kv(['incr', 'settings', 'visits', '-o', 'raw'])).stdout).toBe('1\n');
    expect((await kv(['incr', 'settings', 'visits', '41', '-o', 'raw'])).stdout).toBe('42\n');
    expect((await kv(['incr', 'settings', 'visits', '-o', 'raw', '--', '-2'])).stdout).toBe('40\n');
    expect((await kv(['incr', 'settings', 'visits', 'many'])).code).toBe(2);
  });
});

describe('many entries', () => {
  beforeAll(async () => {
    const users = mesh.kv.bucket<{ age: number }>('settings');
    for (const age of [9, 18, 40]) await users.put(`users/${age}`, { age });
  });

  it('are listed by prefix, range and filter', async () => {
    const keys = async (...argv: string[]) => (await kv(['list', 'settings', '-o', 'raw', ...argv])).stdout;
    expect(await keys('--prefix', 'users/')).toBe('users/18\nusers/40\nusers/9\n');
    expect(await keys('--from', 'users/4', '--to', 'users/9')).toBe('users/40\n');
    expect(await keys('--prefix', 'users/', '--filter', 'value.age > 9')).toBe('users/18\nusers/40\n');
    await mesh.kv.bucket('settings').put('users/x', 'no number');
    for (const more of [[], ['--count']]) {
      const told = await kv(['list', 'settings', '--prefix', 'users/', '--filter', 'value.age > 9', ...more]);
      expect(told.stderr).toContain('1 entries do not match because the filter could not be evaluated');
    }
    await mesh.kv.bucket('settings').delete('users/x');
    expect(await keys('--prefix', 'users/', '-n', '1')).toBe('users/18\n');
    expect((await kv(['list', 'settings', '--prefix', 'users/', '--count', '-o', 'raw'])).stdout).toBe('3\n');
    const [first] = lines(await kv(['list', 'settings', '--prefix', 'users/', '--keys-only', '-o', 'jsonl']));
    expect(first).toMatchObject({ key: 'users/18', version: 1 });
    expect(first).not.toHaveProperty('value');
    const table = await kv(['list', 'settings', '--prefix', 'users/']);
    expect(table.stdout).toMatch(/^KEY +VALUE +REVISION +EXPIRES IN\nusers\/18 +{"age":18} /);
    expect((await kv(['list', 'settings', '--filter', 'value >'])).code).toBe(2);
  });

  it('are deleted by prefix after they were counted and confirmed', async () => {
    for (const name of ['a', 'b']) await mesh.kv.bucket('settings').put(`old/${name}`, 1);
    const dry = await kv(['delete', 'settings', '--prefix', 'old/', '--dry-run']);
    expect(dry.stderr).toContain('2 entries begin with old/. Nothing was changed');
    const unconfirmed = await kv(['delete', 'settings', '--prefix', 'old/']);
    expect(unconfirmed.code).toBe(2);
    expect(unconfirmed.stderr).toContain('Delete 2 entries of bucket settings that begin with old/?');
    expect(json(await kv(['delete', 'settings', '--prefix', 'old/', '--yes', '-o', 'json']))).toEqual({
      deleted: 2,
    });
    expect((await kv(['delete', 'settings'])).code).toBe(2);
  });
});

describe('what was', () => {
  it('is shown by history, and read at a revision', async () => {
    const put = async (value: string) =>
      json(await kv(['put', 'settings', 'motto', value, '-o', 'json'])) as { revision: number };
    const { revision } = await put('one');
    await put('two');
    await kv(['delete', 'settings', 'motto']);
    const history = json(await kv(['history', 'settings', 'motto', '-o', 'json']));
    expect(history).toMatchObject([
      { removed: true },
      { value: 'two', version: 2 },
      { value: 'one', version: 1, revision },
    ]);
    expect((await kv(['get', 'settings', 'motto', '--revision', String(revision)])).stdout).toBe('one');
    const changes = await kv([
      'watch',
      'settings',
      'motto',
      '--from-revision',
      String(revision),
      '-n',
      '3',
      '--previous',
    ]);
    expect(lines(changes)).toMatchObject([
      { kind: 'put', key: 'motto', value: 'one', version: 1, revision },
      { kind: 'put', value: 'two', previous: 'one' },
      { kind: 'delete', previous: 'two' },
    ]);
  });
});

describe('transactions', () => {
  it('do one list or the other, and say which by the exit code', async () => {
    await kv(['put', 'settings', 'stock', '5']);
    const txn = JSON.stringify({
      if: [
        { key: 'stock', value: '5' },
        { key: 'sold', exists: false },
      ],
      do: [{ put: 'stock', value: '4' }, { increment: 'sold' }, { get: 'theme' }],
      else: [{ get: 'stock' }],
    });
    const first = await kv(['txn', 'settings', '-o', 'json'], { stdin: txn });
    expect(first.code).toBe(0);
    expect(json(first)).toMatchObject({
      succeeded: true,
      results: [
        { kind: 'put', version: 2 },
        { kind: 'increment', number: 1 },
        { kind: 'get', entry: { value: 'dark' } },
      ],
    });
    const second = await kv(['txn', 'settings', '-o', 'json'], { stdin: txn });
    expect(second.code).toBe(5);
    expect(json(second)).toMatchObject({
      succeeded: false,
      results: [{ kind: 'get', entry: { value: '4' } }],
    });
    expect((await kv(['txn', 'settings'], { stdin: txn })).stdout).toContain('OPERATION  RESULT');
  });

  it.each([
    ['{', 'is not JSON'],
    ['{"then": []}', 'the transaction has no field then'],
    ['{"if": [{"key": "a"}]}', 'if[0] asks for nothing'],
    ['{"do": [{"put": "a"}]}', 'do[0].value is missing'],
    ['{"do": [{"put": "a", "delete": "b"}]}', 'do[0] is not one operation'],
    ['{"do": [{"put": "a", "value": 1, "ttl": "soon"}]}', 'do[0].ttl is not a duration'],
    ['{"do": [{"touch": "a"}]}', 'do[0] says no time'],
    ['{"if": [{"key": "a", "version": 1, "is": "~"}]}', 'if[0].is is none of'],
    ['{"do": {}}', 'do is not a list'],
  ])('%s: %s', async (stdin, message) => {
    const outcome = await kv(['txn', 'settings'], { stdin });
    expect(outcome.code).toBe(2);
    expect(outcome.stderr).toContain(message);
  });
});
