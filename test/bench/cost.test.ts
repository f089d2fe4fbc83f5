/** What an operation costs is worked out right from what the system tells of processes. */
import { expect, it } from 'vitest';
import { costTable } from '../../bench/cost/cost-table.ts';
import {
  callsIn,
  costOf,
  kindOfThread,
  metricSum,
  processorUs,
  sampleOf,
  THREADS,
  totalOf,
  waitedUs,
} from '../../bench/cost/process-cost.ts';
import { moduleOf, summarise } from '../../bench/cost/profile-summary.ts';

const METRICS = `# TYPE flowmesh_fsync_duration_seconds histogram
flowmesh_fsync_duration_seconds_bucket{le="0.1"} 40
flowmesh_fsync_duration_seconds_count 50
flowmesh_fsync_duration_seconds_sum 0.2
flowmesh_peer_bytes_total{direction="sent",class="append"} 700
flowmesh_peer_bytes_total{direction="sent",class="control"} 300
flowmesh_peer_bytes_total{direction="received",class="append"} 9
flowmesh_received_bytes_total 100
flowmesh_sent_bytes_total 20
`;

it('processor time is found behind a command name with spaces and parentheses', () => {
  const fields = Array.from({ length: 40 }, (_, at) => `${at + 3}`);
  fields[0] = 'S';
  fields[11] = '7';
  fields[12] = '5';
  expect(processorUs(`42 (no (de) x) ${fields.join(' ')}`)).toBe(120_000);
});

it('the time for which a thread waited for a processor is the second figure, in nanoseconds', () => {
  expect(waitedUs('14593000 2750000 12\n')).toBe(2_750);
});

it('reads and writes are counted together', () => {
  expect(callsIn('rchar: 9\nwchar: 8\nsyscr: 30\nsyscw: 12\nread_bytes: 5\n')).toBe(42);
});

it('a metric is summed over its series, and not over those of longer names', () => {
  expect(metricSum(METRICS, 'flowmesh_fsync_duration_seconds_count')).toBe(50);
  expect(metricSum(METRICS, 'flowmesh_fsync_duration_seconds')).toBe(0);
  expect(metricSum(METRICS, 'flowmesh_peer_bytes_total', 'direction="sent"')).toBe(1_000);
});

it('an operation costs the difference of two samples by the number of operations, and all processes together', () => {
  const time = { main: 1_000_000, workers: 500_000, v8: 0, rocksdb: 0, others: 0 };
  const before = sampleOf({ time, mainWaited: 500_000, calls: 7 }, METRICS);
  const spent = { main: 3_000_000, workers: 600_000, rocksdb: 50_000, mainWaited: 1_500_000 };
  const after = { ...before, ...spent, calls: 3_007, fsyncs: 150, fsyncUs: 450_000 };
  const cost = costOf('node 1', [before, after], { operations: 1_000, elapsedMs: 4_000, lagMs: 11.6 });
  expect(cost).toMatchObject({
    main: 2_000,
    workers: 100,
    rocksdb: 50,
    calls: 3,
    fsyncs: 0.1,
    mainBusy: 0.5,
    mainWaits: 0.25,
  });
  const together = totalOf([cost, cost]);
  expect(together).toMatchObject({ main: 4_000, workers: 200, fsyncs: 0.2, clientBytes: 0 });
  const lines = costTable([cost, together]).split('\n');
  expect(lines[0]?.split(/ {2,}/)).toEqual([
    'process',
    'CPU µs/op',
    ...THREADS,
    'main busy',
    'main waits',
    'loop late, p99',
    'reads+writes/op',
    'fsyncs/op',
    'an fsync',
    'client B/op',
    'peer B/op',
  ]);
  expect(lines[1]?.split(/ {2,}/)).toEqual([
    'node 1',
    '2150.0',
    '2000.0',
    '100.0',
    '0.0',
    '50.0',
    '0.0',
    '50 %',
    '25 %',
    '12 ms',
    '3.00',
    '0.100',
    '2.5 ms',
    '0',
    '0',
  ]);
  expect(lines[2]).toContain('together');
});

it('threads are told apart by the names that the runtime and RocksDB give them', () => {
  const names = ['WorkerThread', 'V8Worker', 'rocksdb:low', 'libuv-worker'];
  expect(names.map(kindOfThread)).toEqual(['workers', 'v8', 'rocksdb', 'others']);
});

it('self time of a profile is added up by module, and idle time is left out', () => {
  const at = (id: number, functionName: string, url: string) => ({
    id,
    callFrame: { functionName, url, lineNumber: 9 },
  });
  const profile = {
    nodes: [
      at(1, '(idle)', ''),
      at(2, 'apply', 'file:///x/packages/engines/src/kv/kv-machine.ts'),
      at(3, 'run', 'file:///x/packages/engines/src/kv/kv-machine.ts'),
      at(4, 'write', 'file:///x/node_modules/@grpc/grpc-js/build/src/call.js'),
    ],
    samples: [1, 2, 3, 4],
    timeDeltas: [1_000, 200, 100, 100],
  };
  const { busyUs, modules, functions } = summarise(profile);
  expect(busyUs).toBe(400);
  expect(modules).toEqual([
    { name: 'packages/engines/src/kv/kv-machine.ts', share: 0.75 },
    { name: '@grpc/grpc-js/build/src/call.js', share: 0.25 },
  ]);
  expect(functions[0]).toEqual({ name: 'apply packages/engines/src/kv/kv-machine.ts:10', share: 0.5 });
  expect(moduleOf('', '(garbage collector)')).toBe('(garbage collector)');
  expect(moduleOf('node:internal/timers', 'x')).toBe('node:internal/timers');
});
