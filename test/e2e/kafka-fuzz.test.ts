import { expect, it } from 'vitest';
import { proveKafkaFuzz } from './proofs/kafka-fuzz.ts';

it('serves well-behaved clients of Kafka while others send what no client would', async () => {
  const lines: string[] = [];
  const report = await proveKafkaFuzz({
    durationMs: 8_000,
    seed: 7,
    attackers: 6,
    answerMs: 30_000,
    report: (line) => lines.push(line),
  });
  expect(report.broken, lines.join('\n')).toEqual([]);
  expect(report.written).toBeGreaterThan(10);
  expect(report.damaged).toBeGreaterThan(50);
  expect(report.answered).toBeGreaterThan(20);
});
