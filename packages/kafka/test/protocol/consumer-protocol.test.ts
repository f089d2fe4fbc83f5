import { describe, expect, it } from 'vitest';
import {
  ConsumerProtocolAssignment,
  ConsumerProtocolSubscription,
  decodeAssignment,
  decodeSubscription,
  encodeVersioned,
} from '../../src/protocol/index.ts';
import { bytesOf, hexOf } from '../support/hex.ts';

describe('subscriptions', () => {
  it('of version 0 name topics and user data', () => {
    expect(decodeSubscription(bytesOf("0000 00000002 0001 'a' 0001 'b' 00000001 ff"))).toEqual({
      topics: ['a', 'b'],
      userData: bytesOf('ff'),
      ownedPartitions: [],
      generationId: -1,
      rackId: undefined,
    });
  });

  it('of version 3 tell what the member owns, since when, and its rack', () => {
    const text =
      "0003 00000001 0001 'a' ffffffff 00000001 0001 'a' 00000002 00000000 00000001 00000005 0002 'r1'";
    const chunks = encodeVersioned(ConsumerProtocolSubscription, 3, {
      topics: ['a'],
      ownedPartitions: [{ topic: 'a', partitions: [0, 1] }],
      generationId: 5,
      rackId: 'r1',
    });
    expect(hexOf(chunks)).toBe(hexOf([bytesOf(text)]));
    expect(decodeSubscription(bytesOf(text))).toMatchObject({ generationId: 5, rackId: 'r1' });
  });

  it('of a later version are read as far as they are known', () => {
    const later = bytesOf("0009 00000001 0001 'a' ffffffff 00000000 00000005 ffff aabbcc");
    expect(decodeSubscription(later)).toMatchObject({ topics: ['a'], generationId: 5 });
  });

  it.each(['', '00', 'ffff', '0000', "0000 7fffffff 0001 'a'", '0001 00000000 ffffffff'])(
    'that are none are refused: %s',
    (text) => {
      expect(() => decodeSubscription(bytesOf(text))).toThrowError(
        expect.objectContaining({ code: 'INVALID_ARGUMENT' }),
      );
    },
  );
});

describe('assignments', () => {
  it('name partitions and user data', () => {
    const text = "0001 00000001 0001 'a' 00000001 00000007 ffffffff";
    const assignment = { assignedPartitions: [{ topic: 'a', partitions: [7] }], userData: undefined };
    expect(decodeAssignment(bytesOf(text))).toEqual(assignment);
    expect(hexOf(encodeVersioned(ConsumerProtocolAssignment, 1, assignment))).toBe(hexOf([bytesOf(text)]));
  });

  it('of no bytes assign nothing', () => {
    expect(decodeAssignment(new Uint8Array(0)).assignedPartitions).toEqual([]);
  });
});
