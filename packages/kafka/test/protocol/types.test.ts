import { describe, expect, expectTypeOf, it } from 'vitest';
import {
  CreateTopics,
  type Fetch,
  FindCoordinator,
  type RequestInput,
  type RequestOf,
  type ResponseInput,
  type ResponseOf,
} from '../../src/protocol/index.ts';

describe('the types of messages', () => {
  it('have every field when read: null as undefined, records as bytes', () => {
    type Partition = ResponseOf<typeof Fetch>['responses'][number]['partitions'][number];
    expectTypeOf<Partition['highWatermark']>().toEqualTypeOf<number>();
    expectTypeOf<Partition['records']>().toEqualTypeOf<Uint8Array | undefined>();
    expectTypeOf<Partition['currentLeader']['leaderEpoch']>().toEqualTypeOf<number>();
    expectTypeOf<RequestOf<typeof Fetch>['clusterId']>().toEqualTypeOf<string | undefined>();
    const read = FindCoordinator.request.decode(0, Uint8Array.of(0, 1, 0x67));
    expect(read).toEqual({ key: 'g', keyType: 0, coordinatorKeys: [] });
  });

  it('ask writers for what has no default, and for nothing else', () => {
    const answer: ResponseInput<typeof CreateTopics> = {
      throttleTimeMs: 0,
      topics: [{ name: 't', topicId: '', errorCode: 0 }],
    };
    expect(answer.topics).toHaveLength(1);
    // @ts-expect-error a topic of the answer has a name
    const nameless: ResponseInput<typeof CreateTopics> = { throttleTimeMs: 0, topics: [{ errorCode: 0 }] };
    expect(() => CreateTopics.response.encode(2, nameless)).toThrowError(
      'topics[].name may not be left out of version 2',
    );
    type Records = NonNullable<
      ResponseInput<typeof Fetch>['responses'][number]['partitions'][number]['records']
    >;
    expectTypeOf<Records>().toEqualTypeOf<Uint8Array | readonly Uint8Array[]>();
    expectTypeOf<{ readonly key: string }>().not.toExtend<RequestInput<typeof FindCoordinator>>();
  });
});
