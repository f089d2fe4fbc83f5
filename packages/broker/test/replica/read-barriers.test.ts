import { FlowError } from '@flowmesh/base';
import { describe, expect, it } from 'vitest';
import { ReadBarriers } from '../../src/replica/read-barriers.ts';

describe('ReadBarriers', () => {
  it('puts all reads of a turn into one round and resolves them once the confirmed index is applied', async () => {
    const barriers = new ReadBarriers();
    const contexts: number[] = [];
    const done: number[] = [];
    const waits = [1, 2].map(async (id) => {
      await barriers.wait(100);
      done.push(id);
    });
    barriers.begin((context) => contexts.push(context) > 0);
    expect(contexts).toHaveLength(1);
    barriers.confirmed([{ context: contexts[0] as number, index: 7 }], 6);
    expect(barriers.size).toBe(2);
    barriers.applied(7);
    await Promise.all(waits);
    expect(done).toEqual([1, 2]);
  });

  it('keeps reads that the core would not take yet for the next turn', async () => {
    const barriers = new ReadBarriers();
    const wait = barriers.wait(100);
    barriers.begin(() => false);
    let context = 0;
    barriers.begin((next) => (context = next) > 0);
    barriers.confirmed([{ context, index: 1 }], 1);
    await wait;
  });

  it('ends every wait: by its deadline, or when leadership is lost', async () => {
    const barriers = new ReadBarriers();
    const late = barriers.wait(10);
    const lost = barriers.wait(1000);
    barriers.begin(() => true);
    barriers.sweep(10);
    await expect(late).rejects.toMatchObject({ code: 'TIMEOUT' });
    barriers.failAll(new FlowError('NOT_LEADER', 'lost'));
    await expect(lost).rejects.toMatchObject({ code: 'NOT_LEADER' });
    expect(barriers.waiting).toBe(false);
  });
});
