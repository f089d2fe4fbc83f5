import { expect, it } from 'vitest';
import { proveKafkaIdle } from './proofs/kafka-idle.ts';

it('tells hundreds of waiting connections of one record, and outlives their end', async () => {
  const report = await proveKafkaIdle({ connections: 300, countedMs: 400, report: () => undefined });
  expect(report.broken).toEqual([]);
  expect(report.mebibytes.polling).toBeGreaterThan(0);
});
