import { describe, expect, it } from 'vitest';
import { wasLetGo } from '../cluster/world-node.ts';
import { superseded } from '../run/operator.ts';

const fatal = (code: string, details?: object) => ({
  level: 'fatal',
  err: { code, ...(details === undefined ? {} : { details }) },
});

describe('a node that ends', () => {
  it('is given an empty directory where it says that the cluster has let it go', () => {
    expect(wasLetGo([fatal('IDENTITY_MISMATCH', { node: 1, letGo: 1 }), { level: 'info' }])).toBe(true);
  });

  it('keeps its directory where that is another one’s, or it ended of something else since', () => {
    expect(wasLetGo([fatal('IDENTITY_MISMATCH', { node: 1 })])).toBe(false);
    expect(wasLetGo([fatal('IDENTITY_MISMATCH', { node: 1, letGo: 1 }), fatal('STORAGE_IO')])).toBe(false);
    expect(wasLetGo([{ raw: 'Segmentation fault' }])).toBe(false);
  });
});

describe('a node that is down', () => {
  const alive = { id: 4, alive: true, address: 'a:1', downMs: 0 };

  it('never comes back where another one lives at its address', () => {
    const down = { id: 1, alive: false, address: 'a:1', downMs: 60_000 };
    expect(superseded([down, alive])).toEqual([1]);
  });

  it('may come back where its address is its own, is not known, or it has been down for a moment', () => {
    for (const down of [
      { id: 1, alive: false, address: 'a:2', downMs: 60_000 },
      { id: 1, alive: false, address: undefined, downMs: 60_000 },
      { id: 1, alive: false, address: 'a:1', downMs: 1_000 },
    ])
      expect(superseded([down, alive])).toEqual([]);
  });
});
