import { describe, expect, it } from 'vitest';
import { type MetadataAnswer, MetadataCache } from '../../src/routing/metadata-cache.ts';

const uuid = (byte: number): Uint8Array => new Uint8Array(16).fill(byte);

function answer(
  leaders: readonly (readonly [leader: number, epoch: number])[],
  options: { readonly id?: number; readonly revision?: number; readonly nodes?: readonly number[] } = {},
): MetadataAnswer {
  return {
    clusterId: 'c',
    revision: options.revision ?? 1,
    nodes: (options.nodes ?? [1, 2, 3]).map((id) => ({
      id,
      address: `node${id}:1`,
      httpAddress: '',
      rack: '',
      alive: true,
    })),
    streams: [
      {
        name: 's',
        uuid: uuid(options.id ?? 1),
        found: true,
        partitions: leaders.map(([leader, epoch]) => ({ leader, epoch, replicas: [], inSyncReplicas: [] })),
      },
    ],
  };
}

const leaders = (cache: MetadataCache): unknown =>
  cache.stream('s')?.partitions.map((partition) => [partition.leader, partition.epoch]);

describe('the metadata cache', () => {
  it('never lets an older epoch replace a newer one, partition by partition', () => {
    const cache = new MetadataCache();
    cache.merge(
      answer([
        [1, 5],
        [2, 7],
      ]),
    );
    expect(
      cache.merge(
        answer([
          [3, 6],
          [3, 6],
        ]),
      ),
    ).toBe(true);
    expect(leaders(cache)).toEqual([
      [3, 6],
      [2, 7],
    ]);
    expect(
      cache.merge(
        answer([
          [1, 5],
          [1, 1],
        ]),
      ),
    ).toBe(false);
    expect(leaders(cache)).toEqual([
      [3, 6],
      [2, 7],
    ]);
  });

  it('keeps a leader that another node does not know of yet', () => {
    const cache = new MetadataCache();
    cache.merge(answer([[1, 5]]));
    cache.merge(answer([[0, 5]]));
    expect(leaders(cache)).toEqual([[1, 5]]);
    cache.merge(answer([[0, 6]]));
    expect(leaders(cache)).toEqual([[0, 6]]);
  });

  it('forgets epochs when the stream is another one under the same name, but not for a node that is behind', () => {
    const cache = new MetadataCache();
    cache.merge(answer([[1, 50]], { revision: 1 }));
    cache.merge(answer([[2, 1]], { id: 2, revision: 9 }));
    expect(leaders(cache)).toEqual([[2, 1]]);
    cache.merge(answer([[1, 50]], { revision: 1 }));
    expect(leaders(cache)).toEqual([[2, 1]]);
  });

  it('takes hints of newer epochs only, and learns addresses from them', () => {
    const cache = new MetadataCache();
    cache.merge(answer([[1, 5]]));
    const hint = { stream: 's', partition: 0, address: 'node4:1' };
    expect(cache.applyHint({ ...hint, leader: 4, epoch: 5 })).toBe(false);
    expect(cache.applyHint({ ...hint, leader: 4, epoch: 6 })).toBe(true);
    expect(leaders(cache)).toEqual([[4, 6]]);
    expect(cache.node(4)?.address).toBe('node4:1');
    expect(cache.applyHint({ ...hint, stream: 'other', leader: 4, epoch: 9 })).toBe(false);
    expect(cache.applyHint({ ...hint, leader: 9, epoch: 9, address: undefined })).toBe(false);
  });

  it('drops nodes that are gone', () => {
    const cache = new MetadataCache();
    cache.merge(answer([[1, 1]]));
    cache.merge(answer([[1, 1]], { nodes: [1, 2], revision: 2 }));
    cache.merge(answer([[1, 1]], { nodes: [1, 2, 3], revision: 1 }));
    expect(cache.nodes().map((node) => node.id)).toEqual([1, 2]);
  });

  it('keeps a stream and a queue of one name apart', () => {
    const cache = new MetadataCache();
    cache.merge(answer([[1, 1]]));
    const told = answer([[2, 4]], { id: 2 });
    cache.merge({ ...told, streams: told.streams.map((one) => ({ ...one, name: 'queue:s' })) });
    expect(leaders(cache)).toEqual([[1, 1]]);
    const hint = { stream: 'queue:s', partition: 0, leader: 3, epoch: 5, address: undefined };
    expect(cache.applyHint(hint)).toBe(true);
    expect(cache.stream('queue:s')?.partitions[0]).toMatchObject({ leader: 3, epoch: 5 });
    expect(leaders(cache)).toEqual([[1, 1]]);
    cache.forget('queue:s');
    expect(cache.streamNames()).toEqual(['s']);
  });
});
