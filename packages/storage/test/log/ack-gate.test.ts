import { FlowError } from '@flowmesh/base';
import { describe, expect, it } from 'vitest';
import { AckGate } from '../../src/log/ack-gate.ts';
import { type KvEngine, MemoryEngine, type Watermark } from '../../src/index.ts';

class FakeWatermark implements Watermark {
  readonly writes: { readonly sequence: number; readonly done: (error: FlowError | undefined) => void }[] =
    [];

  async read() {
    return { kind: 'missing' as const };
  }

  write(sequence: number, done: (error: FlowError | undefined) => void): void {
    this.writes.push({ sequence, done });
  }
}

function gateOver(durable: () => number): { gate: AckGate; watermark: FakeWatermark } {
  const watermark = new FakeWatermark();
  const engine: KvEngine = new MemoryEngine();
  Object.defineProperty(engine, 'durableSequence', { value: durable });
  return { gate: new AckGate(engine, watermark, 0), watermark };
}

describe('AckGate', () => {
  it('lets entries through at once and holds a vote, and what comes after it, until the watermark covers it', () => {
    const { gate, watermark } = gateOver(() => 7);
    const seen: string[] = [];
    gate.written(undefined, false, () => seen.push('entries'));
    gate.written(undefined, true, () => seen.push('vote'));
    gate.written(undefined, false, () => seen.push('after'));
    expect(seen).toEqual(['entries']);
    expect(watermark.writes.map((write) => write.sequence)).toEqual([7]);
    watermark.writes[0]?.done(undefined);
    expect(seen).toEqual(['entries', 'vote', 'after']);
  });

  it('acknowledges nothing behind a vote whose watermark could not be written (simulator seed 5444)', () => {
    const { gate, watermark } = gateOver(() => 7);
    const errors: (string | undefined)[] = [];
    const note = (error: FlowError | undefined): void => void errors.push(error?.code);
    gate.written(undefined, true, note);
    gate.written(undefined, false, note);
    watermark.writes[0]?.done(new FlowError('STORAGE_IO', 'the disk is gone'));
    gate.written(undefined, false, note);
    expect(errors).toEqual(['STORAGE_IO', 'STORAGE_IO', 'STORAGE_IO']);
  });
});
