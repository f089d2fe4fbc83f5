import { ByteWriter, groupId, isFlowError, nodeId } from '@flowmesh/base';
import { describe, expect, test } from 'vitest';
import { decodeHealth, encodeHealth, encodeNodeReport } from '../../src/cluster/health-codec.ts';
import { member } from './fakes.ts';

const REPORT = {
  diskTotalBytes: 2 ** 41,
  diskFreeBytes: 2 ** 40,
  storedBytes: 12,
  rssBytes: 2 ** 28,
  uptimeMs: 100_000,
  version: '0.1.0',
  features: { min: 1, max: 2 },
  leading: 3,
  durable: 0,
  avoidLeading: false,
};

describe('health messages', () => {
  test('what a node leads is read as it was written', () => {
    const led = {
      group: groupId(7),
      term: 3,
      version: 2,
      leader: member(2, 9),
      inSync: [nodeId(2), nodeId(3)],
      logStartOffset: 5,
      highWatermark: 2 ** 40,
      sizeBytes: 77,
    };
    const message = { full: true, troubles: ['disk is low'], reports: [led] };
    expect(decodeHealth(encodeHealth(message))).toEqual({ kind: 'leaders', ...message });
  });

  test('the report of a node is read as it was written, and what a later version adds is passed over', () => {
    const encoded = encodeNodeReport(REPORT);
    expect(decodeHealth(encoded)).toEqual({ kind: 'node', report: REPORT });
    const later = new ByteWriter(256).raw(encoded).text('more').finish();
    expect(decodeHealth(later)).toEqual({ kind: 'node', report: REPORT });
    const main = { ...REPORT, kafkaAddresses: new Map([['', '10.0.0.1:9092']]) };
    expect(decodeHealth(encodeNodeReport(main))).toEqual({ kind: 'node', report: main });
    const named = new Map([...main.kafkaAddresses, ['outside', 'a.example:9094'] as const]);
    const both = { ...REPORT, kafkaAddresses: named };
    expect(decodeHealth(encodeNodeReport(both))).toEqual({ kind: 'node', report: both });
    const unwell = { ...REPORT, avoidLeading: true };
    expect(decodeHealth(encodeNodeReport(unwell))).toEqual({ kind: 'node', report: unwell });
  });

  test('a message of a later version is read as unknown', () => {
    expect(decodeHealth(Uint8Array.of(9, 1, 2, 3))).toEqual({ kind: 'unknown' });
  });

  test('every cut of a message is refused, none is taken for another', () => {
    for (const whole of [
      encodeNodeReport(REPORT),
      encodeHealth({ full: true, troubles: ['a'], reports: [] }),
    ]) {
      for (let length = 0; length < whole.length; length++) {
        const cut = (): unknown => decodeHealth(whole.subarray(0, length));
        expect(cut).toThrow();
        try {
          cut();
        } catch (error) {
          expect(isFlowError(error)).toBe(true);
        }
      }
    }
  });
});
