import type { DiskState } from '@flowmesh/storage';
import { beforeEach, expect, test } from 'vitest';
import { DiskMonitor } from '../src/disk-monitor.ts';
import { HealthBook } from '../src/observability/health.ts';
import { createLogger } from '../src/observability/logger.ts';

const MIB = 1024 ** 2;
const GIB = 1024 ** 3;

let state: DiskState;
let lines: string[];
let health: HealthBook;

beforeEach(() => {
  state = { kind: 'ok', freeBytes: 50 * GIB, totalBytes: 100 * GIB, writing: true };
  lines = [];
  health = new HealthBook();
  health.started();
});

function monitor(reserveBytes?: number): DiskMonitor {
  const log = createLogger({
    level: 'info',
    fields: {},
    destination: { write: (line) => void lines.push(line) },
  });
  const disk = new DiskMonitor({ health, log, reserveBytes });
  disk.attach(() => state);
  return disk;
}

test('producers are refused while the disk is low, and welcome again by themselves', () => {
  const disk = monitor();
  expect(disk.writable()).toBe(true);
  state = { ...state, kind: 'low', freeBytes: GIB };
  disk.update();
  expect(disk.writable()).toBe(false);
  expect(disk.full()).toBe(false);
  expect(disk.trouble()).toMatch(/disk is low \(1024 MiB free, 2048 MiB needed\)/);
  state = { ...state, kind: 'ok', freeBytes: 50 * GIB };
  disk.update();
  expect(disk.writable()).toBe(true);
  expect(disk.trouble()).toBeUndefined();
  expect(lines.map((line) => (JSON.parse(line) as { msg: string }).msg)).toEqual([
    'disk is short of room: producers are refused',
    'disk has room again: producers are welcome',
  ]);
});

test('a full disk fails readiness with a reason, and the node still serves consumers', () => {
  const disk = monitor(10 * MIB);
  expect(health.ready()).toBe(true);
  state = { ...state, kind: 'full', freeBytes: MIB };
  disk.update();
  expect(disk.full()).toBe(true);
  expect(health.ready()).toBe(false);
  expect(health.serving()).toBe(true);
  expect(health.all().find((check) => check.name === 'disk')?.detail).toMatch(
    /disk is full \(1 MiB free, 10 MiB needed\)/,
  );
});

test('a state that lasts is told once', () => {
  state = { ...state, kind: 'low', freeBytes: MIB };
  const disk = monitor();
  disk.update();
  disk.update();
  expect(lines).toHaveLength(1);
});

test('what was last seen stays after the directory was closed', () => {
  state = { ...state, kind: 'low', freeBytes: MIB };
  const disk = monitor();
  disk.detach();
  state = { ...state, kind: 'ok' };
  expect(disk.writable()).toBe(false);
});
