import { describe, expect, it } from 'vitest';
import { commitGroupOffsets } from '../../src/group/group-offsets.ts';
import type { CoordinatorPlaces } from '../../src/routing/coordinator-call.ts';

const nowhere = {
  call: () => Promise.reject(new Error('the coordinator was asked')),
} as unknown as CoordinatorPlaces;
const offsets = [{ stream: 'orders', partition: 0, offset: 7 }];

describe('a commit of offsets', () => {
  it('lesson: is refused where the member is none at the moment: it would pass for one from outside, in a transaction too', async () => {
    const by = { group: 'g', memberId: '', epoch: 0 };
    const transaction = { producerId: 1, producerEpoch: 0 };
    for (const call of [
      { group: 'g', by, offsets },
      { group: 'g', by, offsets, transaction },
    ]) {
      await expect(commitGroupOffsets(nowhere, call, {})).rejects.toMatchObject({ code: 'STALE_MEMBER' });
    }
  });
});
