import { FlowError } from '@flowmesh/base';
import { afterEach, describe, expect, test } from 'vitest';
import { HealthBook } from '../../src/observability/health.ts';
import { HttpListener, type HttpListenerOptions } from '../../src/observability/http-listener.ts';
import { createLogger } from '../../src/observability/logger.ts';
import { detailedMetrics } from '../../src/observability/detailed-metrics.ts';
import { RecentLog } from '../../src/observability/recent-log.ts';
import { systemClock, systemScheduler } from '../../src/system.ts';
import { NodeMetrics, type NodeSample } from '../../src/observability/metrics.ts';

const SAMPLE: NodeSample = {
  uptimeSeconds: 5,
  rssBytes: 1_000,
  heapUsedBytes: 500,
  eventLoopLagSeconds: 0.01,
  diskFreeBytes: 7_777,
  diskAlarm: true,
  groups: 3,
  leading: 1,
  leaderless: 2,
  underReplicated: 1,
  underMinIsr: 0,
  offline: 3,
  commitLagEntriesMax: 4,
  applyLagEntriesMax: 2,
  streamBytes: new Map([
    ['small', 1],
    ['large', 9],
    ['middle', 5],
  ]),
};

function metrics(seriesMax = 100): NodeMetrics {
  return new NodeMetrics({ version: '1', clusterId: 'c', seriesMax });
}

describe('health', () => {
  test('a node is ready once started and while no check fails', () => {
    const health = new HealthBook();
    let changes = 0;
    health.onChange(() => changes++);
    health.set({ name: 'disk', concerns: 'all', ok: true, detail: 'writable' });
    expect(health.ready()).toBe(false);
    health.started();
    expect(health.ready()).toBe(true);
    health.set({ name: 'disk', concerns: 'all', ok: false, detail: 'full' });
    expect(health.ready()).toBe(false);
    health.set({ name: 'disk', concerns: 'all', ok: true, detail: 'writable' });
    expect(health.ready()).toBe(true);
    health.stopping();
    expect(health.ready()).toBe(false);
    expect(changes).toBe(4);
  });

  test('a failing check of writing leaves a node serving but not ready', () => {
    const health = new HealthBook();
    health.started();
    health.set({ name: 'disk', concerns: 'write', ok: false, detail: 'full' });
    expect(health.ready()).toBe(false);
    expect(health.serving()).toBe(true);
  });

  test('a listener that left hears nothing', () => {
    const health = new HealthBook();
    let changes = 0;
    const stop = health.onChange(() => changes++);
    stop();
    health.started();
    expect(changes).toBe(0);
  });
});

describe('metrics', () => {
  test('a sample is printed under the published names', async () => {
    const node = metrics();
    node.sample(SAMPLE);
    const text = await node.text();
    expect(text).toContain('flowmesh_disk_free_bytes 7777');
    expect(text).toContain('flowmesh_disk_alarm 1');
    expect(text).toContain('flowmesh_leaderless_partitions 2');
    expect(text).toContain('flowmesh_under_replicated_partitions 1');
    expect(text).toContain('flowmesh_offline_partitions 3');
    expect(text).toContain('flowmesh_build_info{version="1",cluster="c"');
  });

  test('only the largest streams have a series, and those of an earlier sample are gone', async () => {
    const node = metrics(2);
    node.sample(SAMPLE);
    expect(await node.text()).toMatch(/stream_size_bytes\{stream="large"\} 9/);
    expect(await node.text()).not.toContain('stream="small"');
    node.sample({ ...SAMPLE, streamBytes: new Map([['small', 1]]) });
    expect(await node.text()).not.toContain('stream="large"');
  });

  test('counters of streams beyond the cap are folded', async () => {
    const node = metrics(1);
    node.appended('a', 1, 10);
    node.appended('b', 2, 20);
    node.appended('c', 3, 30);
    const text = await node.text();
    expect(text).toContain('flowmesh_stream_appended_records_total{stream="a"} 1');
    expect(text).toContain('flowmesh_stream_appended_records_total{stream="_other"} 5');
  });

  test('bytes of clients, failed proposals and snapshots are counted', async () => {
    const node = metrics();
    node.traffic('received', 10);
    node.traffic('received', 5);
    node.traffic('sent', 7);
    node.proposalsFailed(3);
    node.snapshotInstalled(2_000);
    expect(await node.text()).toContain('flowmesh_received_bytes_total 15');
    const text = await node.text();
    expect(text).toContain('flowmesh_received_bytes_total 15');
    expect(text).toContain('flowmesh_sent_bytes_total 7');
    expect(text).toContain('flowmesh_raft_proposals_failed_total 3');
    expect(text).toContain('flowmesh_raft_snapshot_duration_seconds_sum 2');
  });

  test('requests are counted by api and code and timed', async () => {
    const node = metrics();
    node.request('append', 'OK', 3);
    node.request('append', 'NOT_LEADER', 1);
    node.request('kv-txn', 'OK', 60_000);
    await node.text();
    node.request('append', 'OK', 0.5);
    const text = await node.text();
    expect(text).toContain('# TYPE flowmesh_request_duration_seconds histogram');
    expect(text).toContain('flowmesh_requests_total{api="append",code="OK"} 2');
    expect(text).toContain('flowmesh_request_duration_seconds_bucket{le="0.0005",api="append"} 1');
    expect(text).toContain('flowmesh_request_duration_seconds_bucket{le="0.001",api="append"} 2');
    expect(text).toContain('flowmesh_request_duration_seconds_bucket{le="+Inf",api="append"} 3');
    expect(text).toContain('flowmesh_request_duration_seconds_sum{api="append"} 0.0045');
    expect(text).toContain('flowmesh_request_duration_seconds_bucket{le="30",api="kv-txn"} 0');
    expect(text).toContain('flowmesh_request_duration_seconds_bucket{le="+Inf",api="kv-txn"} 1');
    expect(text).toContain('flowmesh_requests_total{api="append",code="NOT_LEADER"} 1');
    expect(text).toContain('flowmesh_request_duration_seconds_count{api="append"} 3');
  });
});

describe('recent log lines', () => {
  const silent = { write: () => undefined };

  test('are the last ones, oldest first, and reach the destination as well', () => {
    const passed: string[] = [];
    const recent = new RecentLog({ linesMax: 3, bytesMax: 1_000 });
    const destination = recent.over({ write: (line) => void passed.push(line) });
    for (const line of ['a\n', 'b\n', 'c\n', 'd\n']) destination.write(line);
    expect(recent.last(100)).toBe('b\nc\nd\n');
    expect(recent.last(1)).toBe('d\n');
    expect(passed).toHaveLength(4);
  });

  test('are bounded in bytes, however long the lines', () => {
    const recent = new RecentLog({ linesMax: 100, bytesMax: 10 });
    const destination = recent.over(silent);
    destination.write('12345\n');
    destination.write('abc\n');
    destination.write('xyz\n');
    expect(recent.last(100)).toBe('abc\nxyz\n');
    destination.write(`${'x'.repeat(50)}\n`);
    expect(recent.last(100)).toBe('');
  });

  test('stay bounded over many', () => {
    const recent = new RecentLog({ linesMax: 2, bytesMax: 1_000 });
    const destination = recent.over(silent);
    for (let i = 0; i < 50; i++) destination.write(`${i}\n`);
    expect(recent.last(10)).toBe('48\n49\n');
  });
});

describe('values by partition', () => {
  test('have one series each, with names escaped', () => {
    const text = detailedMetrics('a"b', [
      {
        partition: 3,
        leader: 2,
        leaderEpoch: 7,
        replicas: 3,
        inSync: 2,
        underMinIsr: false,
        offline: false,
        logStartOffset: 5,
        highWatermark: 9,
        sizeBytes: 100,
      },
    ]);
    expect(text).toContain('# TYPE flowmesh_partition_leader_epoch gauge');
    expect(text).toContain('flowmesh_partition_leader_epoch{stream="a\\"b",partition="3"} 7');
    expect(text).toContain('flowmesh_partition_in_sync_replicas{stream="a\\"b",partition="3"} 2');
  });
});

describe('logs', () => {
  test('a line is JSON with the level in words, the fields and an error with code and hint', () => {
    const lines: string[] = [];
    const log = createLogger({
      level: 'info',
      fields: { node: 1 },
      destination: { write: (line) => void lines.push(line) },
    });
    log.debug('not shown');
    log.error(
      { err: new FlowError('DISK_FULL', 'no room', { hint: 'free some', cause: new Error('ENOSPC') }) },
      'write failed',
    );
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] as string)).toMatchObject({
      level: 'error',
      node: 1,
      msg: 'write failed',
      err: { code: 'DISK_FULL', hint: 'free some', cause: { message: 'ENOSPC' } },
    });
  });
});

const LISTENER: Omit<HttpListenerOptions, 'health'> = {
  host: '127.0.0.1',
  port: 0,
  metrics: () => metrics().text(),
  detailed: () => undefined,
  clock: systemClock,
  scheduler: systemScheduler,
  limits: { liveLagMaxMs: 5_000, headerBytesMax: 8_192, requestTimeoutMs: 5_000, connectionsMax: 10 },
};

describe('the HTTP listener', () => {
  const open: HttpListener[] = [];
  afterEach(async () => {
    for (const listener of open.splice(0)) await listener.close();
  });

  async function start(health: HealthBook, but: Partial<HttpListenerOptions> = {}) {
    const listener = new HttpListener({ ...LISTENER, health, ...but });
    open.push(listener);
    const port = await listener.listen();
    return async (path: string, method = 'GET') => {
      const response = await fetch(`http://127.0.0.1:${port}${path}`, { method });
      return { status: response.status, text: await response.text() };
    };
  }

  test('a starting node lives but is neither started nor ready', async () => {
    const get = await start(new HealthBook());
    expect((await get('/livez')).status).toBe(200);
    expect((await get('/startupz')).status).toBe(503);
    expect((await get('/readyz')).status).toBe(503);
  });

  test('readyz names what fails, and all checks when verbose', async () => {
    const health = new HealthBook();
    health.started();
    health.set({ name: 'metadata', concerns: 'all', ok: true, detail: 'caught up' });
    health.set({ name: 'disk', concerns: 'all', ok: false, detail: 'full: free 10 bytes' });
    const get = await start(health);
    const brief = await get('/readyz');
    expect(brief).toEqual({ status: 503, text: 'disk: full: free 10 bytes\n' });
    const verbose = await get('/readyz?verbose');
    expect(verbose.text).toContain('[+] metadata: caught up');
    expect(verbose.text).toContain('[-] disk: full');
    health.set({ name: 'disk', concerns: 'all', ok: true, detail: 'writable' });
    expect(await get('/readyz')).toEqual({ status: 200, text: 'ok\n' });
  });

  test('metrics are text for Prometheus', async () => {
    const get = await start(new HealthBook());
    expect((await get('/metrics')).text).toContain('# TYPE flowmesh_build_info gauge');
  });

  test('livez tells how late the event loop is, and fails where that is too much', async () => {
    const good = await start(new HealthBook());
    expect((await good('/livez')).text).toMatch(/^ok: event loop is [\d.]+ ms late/);
    let nowMs = 0;
    const clock = { wallMs: () => 0, monotonicMs: () => (nowMs += 6_000) };
    const late = await start(new HealthBook(), { clock });
    expect(await late('/livez')).toEqual({
      status: 503,
      text: 'event loop is 6000.0 ms late; more than 5000 ms is too much\n',
    });
  });

  test('values by partition are given for a stream that is named and known', async () => {
    const detailed = (stream: string) => (stream === 'orders' ? 'flowmesh_partition_leader 1\n' : undefined);
    const get = await start(new HealthBook(), { detailed });
    expect(await get('/metrics/detailed?stream=orders')).toEqual({
      status: 200,
      text: 'flowmesh_partition_leader 1\n',
    });
    expect((await get('/metrics/detailed?stream=other')).status).toBe(404);
    expect((await get('/metrics/detailed')).status).toBe(400);
  });

  test('unknown paths and methods are refused', async () => {
    const get = await start(new HealthBook());
    expect((await get('/nothing')).status).toBe(404);
    expect((await get('/livez', 'POST')).status).toBe(405);
  });

  test('a taken port is a clear error', async () => {
    const health = new HealthBook();
    const options = { ...LISTENER, health };
    const first = new HttpListener(options);
    open.push(first);
    const port = await first.listen();
    const second = new HttpListener({ ...options, port });
    await expect(second.listen()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  });
});
