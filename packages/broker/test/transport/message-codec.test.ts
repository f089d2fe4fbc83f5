import {
  ByteReader,
  ByteWriter,
  type GroupId,
  groupId,
  isFlowError,
  type MemberId,
  memberId,
  NO_MEMBER,
  nodeId,
  nodeOf,
  replicaId,
} from '@flowmesh/base';
import type { Entry, PeerMessage } from '@flowmesh/raft';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeMessages, MessageEncoder, messageBytesMax } from '../../src/transport/message-codec.ts';
import type { GroupMessage } from '../../src/transport/transport.ts';

const SENDER = nodeId(1);
const RECEIVER = nodeId(2);
const ENDS = { sender: SENDER, receiver: RECEIVER };

function encode(messages: readonly GroupMessage[]): Uint8Array {
  const writer = new ByteWriter(16);
  const encoder = new MessageEncoder(writer, SENDER);
  for (const message of messages) encoder.add(message);
  return writer.finish();
}

function decode(bytes: Uint8Array): GroupMessage[] {
  return decodeMessages(new ByteReader(bytes), ENDS);
}

const number = fc.oneof(
  fc.nat(300),
  fc.maxSafeNat(),
  fc.constantFrom(0, 127, 128, 2 ** 32, Number.MAX_SAFE_INTEGER),
);
const replica = fc
  .oneof(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 2 ** 37 - 1 }))
  .map(replicaId);
const anyMember = fc
  .record({ node: fc.integer({ min: 1, max: 65_535 }).map(nodeId), replica })
  .map((member) => memberId(member));
const from = fc.oneof(
  { weight: 4, arbitrary: replica.map((id) => memberId({ node: SENDER, replica: id })) },
  anyMember,
);
const to = replica.map((id) => memberId({ node: RECEIVER, replica: id }));
const term = fc.oneof(fc.integer({ min: 0, max: 3 }), number);
const data = fc.uint8Array({ maxLength: 200 });
const entry: fc.Arbitrary<Entry> = fc.record({
  term,
  index: number,
  kind: fc.constantFrom('normal' as const, 'conf-change' as const),
  data,
});
/** Runs of following indexes, as logs have them, and arbitrary ones. */
const entries = fc.oneof(
  fc.array(entry, { maxLength: 8 }),
  fc
    .tuple(fc.nat(1000), fc.array(entry, { maxLength: 8 }))
    .map(([first, list]) => list.map((item, i) => ({ ...item, index: first + i + 1, term: 3 }))),
);
const members = fc.array(anyMember, { maxLength: 5 });
const envelope = { from, to, term };
const flag = fc.boolean();

const ARBITRARIES: { [K in PeerMessage['kind']]: fc.Arbitrary<Extract<PeerMessage, { kind: K }>> } = {
  propose: fc.record({ kind: fc.constant('propose' as const), ...envelope, entries }),
  append: fc.record({
    kind: fc.constant('append' as const),
    ...envelope,
    prevIndex: fc.oneof(fc.nat(1000), number),
    prevTerm: term,
    entries,
    commit: number,
  }),
  'append-reply': fc.record({
    kind: fc.constant('append-reply' as const),
    ...envelope,
    index: number,
    reject: flag,
    rejectHint: number,
    rejectTerm: term,
  }),
  vote: fc.record({
    kind: fc.constant('vote' as const),
    ...envelope,
    pre: flag,
    lastIndex: number,
    lastTerm: term,
    force: flag,
  }),
  'vote-reply': fc.record({ kind: fc.constant('vote-reply' as const), ...envelope, pre: flag, reject: flag }),
  snapshot: fc.record({
    kind: fc.constant('snapshot' as const),
    ...envelope,
    snapshot: fc.record({
      index: number,
      term,
      conf: fc.record({
        voters: members,
        votersOutgoing: members,
        learners: members,
        learnersNext: members,
        autoLeave: flag,
      }),
      data,
    }),
  }),
  heartbeat: fc.record({
    kind: fc.constant('heartbeat' as const),
    ...envelope,
    commit: number,
    context: number,
  }),
  'heartbeat-reply': fc.record({
    kind: fc.constant('heartbeat-reply' as const),
    ...envelope,
    context: number,
  }),
  'transfer-leader': fc.record({
    kind: fc.constant('transfer-leader' as const),
    ...envelope,
    target: fc.oneof(anyMember, fc.constant(NO_MEMBER)),
  }),
  'timeout-now': fc.record({ kind: fc.constant('timeout-now' as const), ...envelope }),
  'read-index': fc.record({
    kind: fc.constant('read-index' as const),
    ...envelope,
    context: number,
    origin: fc.oneof(anyMember, fc.constant(NO_MEMBER)),
  }),
  'read-index-reply': fc.record({
    kind: fc.constant('read-index-reply' as const),
    ...envelope,
    index: number,
    context: number,
  }),
};
const group: fc.Arbitrary<GroupId> = number.map(groupId);
const anyMessage: fc.Arbitrary<PeerMessage> = fc.oneof(
  ...Object.values<fc.Arbitrary<PeerMessage>>(ARBITRARIES),
);

function plain(messages: readonly GroupMessage[]): unknown {
  return JSON.parse(
    JSON.stringify(messages, (_, value: unknown) =>
      value instanceof Uint8Array ? Array.from(value) : value,
    ),
  );
}

describe('a message survives encoding and decoding', () => {
  test.each(Object.keys(ARBITRARIES) as PeerMessage['kind'][])('%s', (kind) => {
    fc.assert(
      fc.property(group, ARBITRARIES[kind] as fc.Arbitrary<PeerMessage>, (id, message) => {
        const encoded = encode([{ group: id, message }]);
        expect(encoded.length).toBeLessThanOrEqual(messageBytesMax(message));
        expect(plain(decode(encoded))).toEqual(plain([{ group: id, message }]));
      }),
      { numRuns: 200 },
    );
  });

  test('also many of any kind in one frame', () => {
    const batch = fc.array(fc.record({ group, message: anyMessage }), { maxLength: 30 });
    fc.assert(
      fc.property(batch, (messages) => {
        expect(plain(decode(encode(messages)))).toEqual(plain(messages));
      }),
      { numRuns: 200 },
    );
  });
});

describe('malformed frames', () => {
  function outcome(bytes: Uint8Array): 'decoded' | 'refused' {
    try {
      decode(bytes);
      return 'decoded';
    } catch (error) {
      if (isFlowError(error) && error.code === 'INVALID_ARGUMENT') return 'refused';
      throw error;
    }
  }

  test('any bytes are decoded or refused with INVALID_ARGUMENT, never anything else', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(['decoded', 'refused']).toContain(outcome(bytes));
      }),
      { numRuns: 5000 },
    );
  });

  test('a flipped byte or a cut frame never escapes as another error', () => {
    const batch = fc.array(fc.record({ group, message: anyMessage }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(batch, fc.nat(), fc.integer({ min: 1, max: 255 }), (messages, at, flip) => {
        const bytes = encode(messages);
        const flipped = Uint8Array.from(bytes);
        flipped[at % bytes.length] = (flipped[at % bytes.length] as number) ^ flip;
        expect(['decoded', 'refused']).toContain(outcome(flipped));
        expect(['decoded', 'refused']).toContain(outcome(bytes.subarray(0, at % bytes.length)));
      }),
      { numRuns: 1000 },
    );
  });

  test.each([
    ['an unknown kind', [0x0f | 0x40, 0, 1, 1, 0]],
    ['members taken from a message that is not there', [0x07 | 0x50, 0, 0, 0]],
    ['replica id 0 as the receiver', [0x07, 0, 1, 0, 0, 0]],
    ['a reject flag on a heartbeat', [0x86, 0, 1, 1, 0, 0, 0]],
    ['more entries than bytes', [0x00, 0, 1, 1, 0, 0xff, 0xff, 0xff, 0x7f, 0]],
    ['a sender of node 0', [0x07, 0, 0, 0x80, 0x80, 0x04, 1, 0, 0]],
    ['unknown flags of a vote', [0x03, 0, 1, 1, 0, 0x04, 0, 0]],
  ])('%s is refused', (_, bytes) => {
    expect(outcome(Uint8Array.from(bytes))).toBe('refused');
  });
});

describe('size and copies', () => {
  test('heartbeats of 2,000 groups take at most 8 bytes each', () => {
    const heartbeats = Array.from({ length: 2000 }, (_, i) => ({
      group: groupId(i + 1),
      message: {
        kind: 'heartbeat' as const,
        from: memberId({ node: SENDER, replica: replicaId(1 + (i % 3)) }),
        to: memberId({ node: RECEIVER, replica: replicaId(1) }),
        term: 2 + (i % 5),
        commit: 1_000 + i,
        context: 0,
      },
    }));
    expect(encode(heartbeats).length / 2000).toBeLessThanOrEqual(8);
  });

  test('decoded entry data alias the frame', () => {
    const message: PeerMessage = {
      kind: 'append',
      from: memberId({ node: SENDER, replica: replicaId(1) }),
      to: memberId({ node: RECEIVER, replica: replicaId(1) }) as MemberId,
      term: 1,
      prevIndex: 4,
      prevTerm: 1,
      commit: 4,
      entries: [{ term: 1, index: 5, kind: 'normal', data: new Uint8Array(1000) }],
    };
    const frame = encode([{ group: groupId(3), message }]);
    const [decoded] = decode(frame);
    expect(decoded?.message.kind === 'append' && decoded.message.entries[0]?.data.buffer).toBe(frame.buffer);
    expect(nodeOf(decoded?.message.to as MemberId)).toBe(RECEIVER);
  });
});
