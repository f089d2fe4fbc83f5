/** The short form of the matrix: a few clients and scenarios of each. A client without its tools is skipped. */
import { startBroker, type TestBroker } from '@flowmesh/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CLIENTS } from './clients.ts';
import { seed } from './harness.ts';
import { runClient } from './matrix.ts';
import { SHORT_FORM } from './scenarios.ts';

let broker: TestBroker | undefined;

beforeAll(async () => {
  broker = await startBroker({ timeoutMs: 110_000 });
  await seed(broker.kafka[0] ?? '');
});

afterAll(async () => {
  await broker?.stop();
});

describe.concurrent('an unmodified client of Kafka', () => {
  for (const [name, scenarios] of Object.entries(SHORT_FORM)) {
    it(`${name} is served: ${scenarios.join(', ')}`, async (context) => {
      const client = CLIENTS.find((one) => one.name === name);
      if (client === undefined) throw new Error(`there is no client ${name}`);
      const bootstrap = broker?.kafka[0] ?? '';
      const { results } = await runClient(client, { bootstrap, scenarios, report: () => undefined });
      const missing = results.find(({ outcome }) => outcome === 'skipped');
      if (missing !== undefined) context.skip(`its tools are missing: ${missing.detail}`);
      const failed = results.filter(({ outcome }) => outcome !== 'passed');
      expect(failed.map(({ scenario, detail }) => `${scenario}: ${detail}`)).toEqual([]);
    });
  }
});
