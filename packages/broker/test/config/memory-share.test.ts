import { expect, test } from 'vitest';
import { containerMemoryLimit, memoryShare } from '../../src/config/memory-share.ts';

const MIB = 1_024 * 1_024;
const MACHINE = 8_192 * MIB;

function limitWith(files: Readonly<Record<string, string>>): number | undefined {
  return containerMemoryLimit((file) => {
    const text = files[file];
    if (text === undefined) throw new Error('no such file');
    return text;
  }, MACHINE);
}

test('a container’s limit is read from either kind of control group', () => {
  expect(limitWith({ '/sys/fs/cgroup/memory.max': '1073741824\n' })).toBe(1_024 * MIB);
  expect(limitWith({ '/sys/fs/cgroup/memory/memory.limit_in_bytes': '536870912\n' })).toBe(512 * MIB);
});

test('no limit, one that is none, and nonsense are no limit', () => {
  expect(limitWith({})).toBeUndefined();
  expect(limitWith({ '/sys/fs/cgroup/memory.max': 'max\n' })).toBeUndefined();
  expect(limitWith({ '/sys/fs/cgroup/memory.max': '-3' })).toBeUndefined();
  expect(limitWith({ '/sys/fs/cgroup/memory/memory.limit_in_bytes': '9223372036854771712' })).toBeUndefined();
});

test('caches take a share of the limit, within bounds', () => {
  expect(memoryShare(undefined).tailBytes).toBe(64 * MIB);
  expect(memoryShare(512 * MIB)).toEqual({
    tailBytes: 32 * MIB,
    blockCacheBytes: 32 * MIB,
    receiveBudgetBytes: 64 * MIB,
  });
  expect(memoryShare(16 * MIB)).toEqual({
    tailBytes: 8 * MIB,
    blockCacheBytes: 8 * MIB,
    receiveBudgetBytes: 16 * MIB,
  });
  for (const limit of [1, 2, 4, 8, 64].map((gibibytes) => gibibytes * 1_024 * MIB)) {
    const { tailBytes, blockCacheBytes, receiveBudgetBytes } = memoryShare(limit);
    expect(tailBytes + blockCacheBytes + receiveBudgetBytes).toBeLessThanOrEqual(limit / 4);
  }
});
