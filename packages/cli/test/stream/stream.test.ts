import { PassThrough, Writable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { until } from '../../../client/test/support/conditions.ts';
import { FakeCluster } from '../../../client/test/support/fake-cluster.ts';
import { type Outcome, run, type RunOptions } from '../support/run.ts';

let cluster: FakeCluster;

beforeEach(async () => {
  cluster = await FakeCluster.start();
});

afterEach(async () => {
  await cluster[Symbol.asyncDispose]();
});

function stream(argv: readonly string[], options: RunOptions = {}): Promise<Outcome> {
  return run(['stream', ...argv, '--url', cluster.endpoints.join(',')], options);
}

const json = (outcome: Outcome): unknown => JSON.parse(outcome.stdout);
const lines = (outcome: Outcome): unknown[] =>
  outcome.stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as unknown);

describe('flowmesh stream', () => {
  it('creates, lists, describes and deletes, with JSON that programs can rely on', async () => {
    const created = await stream(['create', 'orders', '-p', '2', '-c', 'retention.ms=1000', '-o', 'json']);
    expect(created.code).toBe(0);
    expect(json(created)).toEqual({
      name: 'orders',
      uuid: expect.stringMatching(/^[0-9a-f]{32}$/) as string,
      revision: 2,
      partitions: 2,
      replicationFactor: 3,
      config: { 'retention.ms': '1000' },
      createdAt: 1_700_000_000_000,
    });
    expect(json(await stream(['list', '-o', 'json']))).toMatchObject([{ name: 'orders' }]);
    expect(json(await stream(['describe', 'orders', '-o', 'json']))).toMatchObject({
      name: 'orders',
      partitionInfos: [
        { partition: 0, leader: 1, logStartOffset: 0, highWatermark: 0, inSyncReplicas: [1, 2, 3] },
        { partition: 1, leader: 2 },
      ],
    });
    expect(json(await stream(['delete', 'orders', '-o', 'json']))).toEqual({ name: 'orders', deleted: true });
    expect(json(await stream(['list', '-o', 'json']))).toEqual([]);
  });

  it('answers with the exit codes and hints it promises', async () => {
    const missing = await stream(['describe', 'nope']);
    expect(missing.code).toBe(3);
    expect(missing.stderr).toContain('error: stream nope does not exist (NOT_FOUND)');
    expect(missing.stderr).toContain('hint:');
    cluster.addStream('there');
    expect((await stream(['create', 'there'])).code).toBe(5);
    expect((await stream(['create', 'there', '--if-not-exists'])).code).toBe(0);
    expect((await stream(['create', 'x', '-p', 'many'])).code).toBe(2);
    expect((await stream(['create'])).code).toBe(2);
    expect((await stream(['lst'])).stderr).toContain('list');
    expect((await stream(['list', '-o', 'xml'])).code).toBe(2);
    expect((await run(['stream', 'list', '--url', '127.0.0.1:1', '--timeout', '200ms'])).code).toBe(6);
    const asJson = await stream(['describe', 'nope', '-o', 'json']);
    expect(JSON.parse(asJson.stderr)).toMatchObject({ error: { code: 'NOT_FOUND', retryable: false } });
  });

  it('shows tables for people', async () => {
    cluster.addStream('orders', 3);
    const table = await stream(['list']);
    expect(table.stdout).toMatch(
      /^NAME +PARTITIONS +REPLICAS +CREATED\norders +3 +3 +2023-11-14T22:13:20.000Z\n$/,
    );
    expect((await stream(['list', '-o', 'raw'])).stdout).toBe('orders\n');
    const described = await stream(['describe', 'orders']);
    expect(described.stdout).toContain('PARTITION  LEADER  EPOCH  REPLICAS');
  });
});

describe('flowmesh stream publish', () => {
  it('publishes lines as they are and counts what was acknowledged', async () => {
    cluster.addStream('s');
    const outcome = await stream(['publish', 's', '-o', 'json', '-H', 'source=test'], {
      stdin: 'one\r\ntwo\n\nlast',
    });
    expect(outcome.code).toBe(0);
    expect(json(outcome)).toMatchObject({
      stream: 's',
      records: 4,
      acknowledged: 4,
      failed: 0,
      invalid: 0,
      bytes: 10,
      acks: 'all',
      durability: 'acknowledged once fsynced by a majority',
      partitions: [{ partition: 0, records: 4, lastOffset: 3 }],
    });
    expect(cluster.log('s').values()).toEqual(['one', 'two', '', 'last']);
    expect(cluster.log('s').records()[0]?.headers).toEqual([
      { key: 'source', value: new Uint8Array(Buffer.from('test')) },
    ]);
  });

  it('takes key, value and time from fields of NDJSON and reports lines that do not fit', async () => {
    cluster.addStream('s');
    const input = [
      '{"user":{"id":"u1"},"at":"2026-01-01T00:00:00Z","body":{"a":1}}',
      '',
      'not json',
      '{"at":0,"body":"x"}',
      '{"user":{"id":7},"at":1700000000000,"body":"text"}',
    ].join('\n');
    const args = ['--key-field', 'user.id', '--value-field', 'body', '--timestamp-field', 'at', '-o', 'json'];
    const outcome = await stream(['publish', 's', ...args], { stdin: input });
    expect(outcome.code).toBe(8);
    expect(json(outcome)).toMatchObject({ records: 2, acknowledged: 2, invalid: 2 });
    expect(outcome.stderr).toContain('line 3: not JSON');
    expect(outcome.stderr).toContain('line 4: no field user.id for the key');
    const records = cluster.log('s').records();
    expect(records.map((record) => Buffer.from(record.key ?? []).toString())).toEqual(['u1', '7']);
    expect(cluster.log('s').values()).toEqual(['{"a":1}', 'text']);
    expect(records.map((record) => record.timestampMs)).toEqual([1_767_225_600_000, 1_700_000_000_000]);
  });

  it('prints a receipt for every record on request', async () => {
    cluster.addStream('s');
    const outcome = await stream(['publish', 's', '--receipts', '-k', 'key'], { stdin: 'a\nb\n' });
    expect(lines(outcome)).toMatchObject([
      { line: 1, stream: 's', partition: 0, offset: 0, keySize: 3, valueSize: 1, leaderEpoch: 1 },
      { line: 2, offset: 1 },
    ]);
    expect(outcome.stderr).toContain('2 of 2 records acknowledged');
  });

  it('says plainly when acknowledgements promise less', async () => {
    cluster.addStream('s');
    const outcome = await stream(['publish', 's', '--acks', 'leader', '--compression', 'zstd'], {
      stdin: 'a\n',
    });
    expect(outcome.stdout).toContain('RELAXED: acknowledged once fsynced by the leader alone');
  });

  it('refuses an unknown stream before it reads anything', async () => {
    const stdin = new PassThrough();
    const outcome = await stream(['publish', 'nope'], { stdin });
    expect(outcome.code).toBe(3);
    expect(stdin.readableFlowing).toBeNull();
  });

  it('stops reading when interrupted and tells what was acknowledged', async () => {
    cluster.addStream('s');
    const stop = new AbortController();
    const stdin = new PassThrough();
    const publishing = stream(['publish', 's', '-o', 'json'], { stdin, interrupted: stop.signal });
    stdin.write('one\ntwo\n');
    await until(() => cluster.log('s').end === 2, 'records arrive');
    stop.abort();
    const outcome = await publishing;
    expect(outcome.code).toBe(130);
    expect(json(outcome)).toMatchObject({ acknowledged: 2, failed: 0 });
  });
});

describe('flowmesh stream consume', () => {
  async function fill(...values: (string | Buffer)[]): Promise<void> {
    cluster.addStream('s');
    await stream(['publish', 's', '-k', 'k'], {
      stdin: Buffer.concat(values.flatMap((v) => [Buffer.from(v), Buffer.from('\n')])),
    });
  }

  it('prints what is there as JSON lines: text as text, other bytes as base64', async () => {
    await fill('héllo', Buffer.from([0xff, 0xfe, 0x01]));
    const outcome = await stream(['consume', 's']);
    expect(outcome.code).toBe(0);
    expect(lines(outcome)).toEqual([
      {
        stream: 's',
        partition: 0,
        offset: 0,
        timestamp: expect.any(Number) as number,
        key: 'k',
        value: 'héllo',
        headers: [],
      },
      {
        stream: 's',
        partition: 0,
        offset: 1,
        timestamp: expect.any(Number) as number,
        key: 'k',
        value: '//4B',
        encoding: 'base64',
        headers: [],
      },
    ]);
  });

  it('takes ranges and counts, and every output format', async () => {
    await fill('a', 'b', 'c', 'd', 'e');
    expect((await stream(['consume', 's', '--from', '1', '--to', '3', '-o', 'raw'])).stdout).toBe('b\nc\n');
    expect((await stream(['consume', 's', '-n', '2', '-o', 'raw'])).stdout).toBe('a\nb\n');
    expect((await stream(['consume', 's', '--from', '@2030-01-01T00:00:00Z', '-o', 'raw'])).stdout).toBe('');
    expect((await stream(['consume', 's', '--from', '@-1h', '-o', 'raw', '--partition', '0'])).stdout).toBe(
      'a\nb\nc\nd\ne\n',
    );
    expect(json(await stream(['consume', 's', '-o', 'json']))).toHaveLength(5);
    expect(json(await stream(['consume', 's', '--from', 'latest', '-o', 'json']))).toEqual([]);
    expect((await stream(['consume', 's', '-o', 'table', '-n', '1'])).stdout).toMatch(
      /^0\/0 +\d{4}-\S+ +k +a\n$/,
    );
    expect((await stream(['consume', 's', '-n', '1', '-o', 'yaml'])).stdout).toContain('---\nstream: s\n');
    expect((await stream(['consume', 's', '--from', 'soon'])).code).toBe(2);
    expect((await stream(['consume', 's', '--from', '9'])).stdout).toBe('');
    expect((await stream(['consume', 's', '--from', '9', '--follow'])).code).toBe(5);
  });

  it('follows until it is interrupted', async () => {
    await fill('a');
    const stop = new AbortController();
    const following = stream(['consume', 's', '--follow', '--from', 'earliest', '-o', 'raw'], {
      interrupted: stop.signal,
    });
    await until(() => cluster.nodes.some((node) => node.subscribers.size > 0), 'it subscribes');
    await stream(['publish', 's'], { stdin: 'b\n' });
    await until(() => cluster.log('s').end === 2, 'the record is stored');
    await new Promise((resolve) => setImmediate(resolve));
    stop.abort();
    const outcome = await following;
    expect(outcome.code).toBe(130);
    expect(outcome.stdout.startsWith('a\n')).toBe(true);
  });

  it('ends quietly when nobody reads its output any more', async () => {
    await fill(...Array.from({ length: 5_000 }, (_, i) => `value ${i}`));
    let taken = 0;
    const stdout = new Writable({
      write(chunk: Buffer, _encoding, done) {
        taken += chunk.length;
        done(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }));
      },
    });
    const outcome = await stream(['consume', 's'], { stdout });
    expect(outcome).toMatchObject({ code: 0, stderr: '' });
    expect(taken).toBeLessThan(200_000);
  });
});

describe('flowmesh stream offsets and truncate', () => {
  it('look up places and move the start of the log', async () => {
    cluster.addStream('s', 2);
    await stream(['publish', 's', '--partition', '1'], { stdin: 'a\nb\nc\n' });
    expect(json(await stream(['offsets', 's', '-o', 'json']))).toMatchObject([
      { partition: 0, offset: 0, highWatermark: 0 },
      { partition: 1, offset: 3, highWatermark: 3, leaderEpoch: 1 },
    ]);
    expect(json(await stream(['truncate', 's', '--partition', '1', '--before', '2', '-o', 'json']))).toEqual({
      stream: 's',
      partition: 1,
      logStartOffset: 2,
    });
    expect(
      json(await stream(['offsets', 's', '--at', 'earliest', '--partition', '1', '-o', 'json'])),
    ).toMatchObject([{ partition: 1, offset: 2, logStartOffset: 2 }]);
    expect((await stream(['truncate', 's', '--partition', '1', '--before', 'earliest'])).code).toBe(2);
  });
});
