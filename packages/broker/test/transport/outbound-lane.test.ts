import { ByteReader, type FlowError, groupId, nodeId } from '@flowmesh/base';
import { openFrame } from '@flowmesh/proto';
import { describe, expect, test } from 'vitest';
import { type PeerFrame, readFrame } from '../../src/transport/frame.ts';
import { type FrameSink, type LaneLimits, OutboundLane } from '../../src/transport/outbound-lane.ts';
import type { GroupMessage } from '../../src/transport/transport.ts';
import { append, heartbeat } from './kit.ts';

const ENDS = { sender: nodeId(1), receiver: nodeId(2) };
const LIMITS: LaneLimits = {
  frameBytesMax: 10_000,
  messageBytesMax: 100_000,
  queueBytesMax: 50_000,
  unwrittenBytesMax: 20_000,
  healthQueueBytesMax: 1_000,
};

class FakeSink implements FrameSink {
  readonly frames: PeerFrame[] = [];
  readonly sizes: number[] = [];
  readonly pending: (() => void)[] = [];
  ended: FlowError | undefined;
  /** Reports each frame as written within `write`. */
  immediate: boolean;

  constructor(immediate = false) {
    this.immediate = immediate;
  }
  write(frame: Buffer, written: () => void): void {
    const payload = openFrame(frame);
    this.sizes.push(payload.length);
    this.frames.push(readFrame(payload, ENDS));
    if (this.immediate) written();
    else this.pending.push(written);
  }
  end(error: FlowError): void {
    this.ended = error;
  }
  get messages(): GroupMessage[] {
    return this.frames.flatMap((frame) => (frame.kind === 'messages' ? frame.messages : []));
  }
}

function lane(limits: Partial<LaneLimits> = {}) {
  const dropped: GroupMessage[] = [];
  let sentBytes = 0;
  const built = new OutboundLane(
    ENDS,
    { ...LIMITS, ...limits },
    {
      sent: (bytes) => {
        sentBytes += bytes;
      },
      dropped: (messages) => void dropped.push(...messages),
    },
  );
  return { lane: built, dropped, sentBytes: () => sentBytes };
}

function entry(index: number, bytes = 5_000): GroupMessage {
  return { group: groupId(1), message: append(1, 2, index, [new Uint8Array(bytes)]) };
}

describe('a lane', () => {
  test('takes nothing while nobody receives', () => {
    const { lane: subject } = lane();
    expect(subject.push({ group: groupId(1), message: heartbeat(1, 2) })).toBe(false);
    expect(subject.open).toBe(false);
  });

  test('stops at the credit, which one frame may overshoot, and goes on with what is granted', () => {
    const { lane: subject, sentBytes } = lane({ unwrittenBytesMax: 1_000_000 });
    const sink = new FakeSink(true);
    subject.attach(sink, 6_000);
    for (let i = 0; i < 5; i++) expect(subject.push(entry(i))).toBe(true);
    subject.flush();
    expect(sink.messages).toHaveLength(2);
    subject.grant(sink, sentBytes() - 6_000);
    expect(sink.messages).toHaveLength(2);
    subject.grant(sink, 1);
    expect(sink.messages).toHaveLength(3);
    subject.grant(sink, 100_000);
    expect(sink.messages.map(({ message }) => message.kind === 'append' && message.prevIndex)).toEqual([
      0, 1, 2, 3, 4,
    ]);
    expect(subject.waitingBytes).toBe(0);
  });

  test('waits for the socket, and coalesces what waited', () => {
    const { lane: subject } = lane({ unwrittenBytesMax: 1 });
    const sink = new FakeSink();
    subject.attach(sink, 1_000_000);
    for (let i = 0; i < 20; i++) {
      subject.push({ group: groupId(i), message: heartbeat(1, 2) });
      subject.flush();
    }
    expect(sink.frames).toHaveLength(1);
    sink.pending.shift()?.();
    expect(sink.frames).toHaveLength(2);
    expect(sink.messages.map(({ group }) => group)).toEqual(Array.from({ length: 20 }, (_, i) => i));
  });

  test('sends nothing twice where the sink answers at once', () => {
    const { lane: subject } = lane({ unwrittenBytesMax: 1 });
    const sink = new FakeSink(true);
    subject.attach(sink, 1_000_000);
    for (let i = 0; i < 6; i++) subject.push(entry(i, 4_000));
    subject.flush();
    expect(sink.messages.map(({ message }) => message.kind === 'append' && message.prevIndex)).toEqual([
      0, 1, 2, 3, 4, 5,
    ]);
  });

  test('refuses what does not fit its queue, but takes one large message when empty', () => {
    const { lane: subject } = lane();
    subject.attach(new FakeSink(), 0);
    expect(subject.push(entry(0, 90_000))).toBe(true);
    expect(subject.push(entry(1, 10))).toBe(false);
    expect(subject.push(entry(2, 200_000))).toBe(false);
  });

  test('drops its queue, and says so, when the receiver goes', () => {
    const { lane: subject, dropped } = lane();
    const sink = new FakeSink();
    subject.attach(sink, 0);
    subject.push(entry(0));
    subject.push(entry(1));
    expect(subject.detach(sink)).toBe(true);
    expect(dropped).toHaveLength(2);
    expect(subject.open).toBe(false);
    expect(subject.detach(sink)).toBe(false);
  });

  test('hears only the newest receiver: an older one neither grants nor detaches', () => {
    const { lane: subject } = lane();
    const older = new FakeSink();
    const newer = new FakeSink();
    subject.attach(older, 0);
    expect(subject.attach(newer, 0)).toBe(older);
    subject.push(entry(0));
    subject.grant(older, 1_000_000);
    expect(older.frames).toHaveLength(0);
    expect(newer.frames).toHaveLength(0);
    expect(subject.detach(older)).toBe(false);
    subject.grant(newer, 10);
    expect(newer.messages).toHaveLength(1);
  });

  test('says something once per interval where it said nothing, even without credit', () => {
    const { lane: subject } = lane();
    const sink = new FakeSink(true);
    subject.attach(sink, 0);
    subject.keepAlive();
    subject.keepAlive();
    expect(sink.frames.map(({ kind }) => kind)).toEqual(['keep-alive', 'keep-alive']);
    subject.grant(sink, 1_000);
    subject.push({ group: groupId(1), message: heartbeat(1, 2) });
    subject.flush();
    subject.keepAlive();
    expect(sink.frames.map(({ kind }) => kind)).toEqual(['keep-alive', 'keep-alive', 'messages']);
  });

  test('keeps the newest soft state within its bound', () => {
    const { lane: subject } = lane();
    const sink = new FakeSink(true);
    subject.attach(sink, 0);
    for (let i = 0; i < 10; i++) subject.pushHealth(new Uint8Array(300).fill(i));
    subject.grant(sink, 1_000_000);
    const kept = sink.frames.map((frame) => frame.kind === 'health' && frame.payload[0]);
    expect(kept).toEqual([7, 8, 9]);
  });

  test('counts the same bytes as its receiver', () => {
    const { lane: subject, sentBytes } = lane();
    const sink = new FakeSink(true);
    subject.attach(sink, 1_000_000);
    for (const bytes of [1, 100, 3_000, 16_500, 40_000]) {
      subject.push(entry(0, bytes));
      subject.flush();
    }
    subject.pushHealth(new Uint8Array(5));
    subject.flush();
    expect(sentBytes()).toBe(sink.sizes.reduce((sum, size) => sum + size, 0));
  });
});

test('a frame of an unknown kind, or none, is refused', () => {
  expect(() => readFrame(new Uint8Array([77]), ENDS)).toThrow(/malformed/);
  expect(() => readFrame(new Uint8Array(0), ENDS)).toThrow(/truncated/);
  expect(new ByteReader(new Uint8Array(0)).remaining).toBe(0);
});
