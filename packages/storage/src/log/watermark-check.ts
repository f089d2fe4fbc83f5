/** At open: has the engine lost what was durable? Every doubt is amnesia, because a vote may be among what is missing. */
import { FlowError } from '@flowmesh/base';
import type { KvEngine } from '../kv-engine.ts';
import type { Watermark } from '../watermark.ts';

const HINT =
  'This directory must never vote again. Set it aside and let the node join anew: the cluster still has the data.';

/** Resolves with the watermark in force; founds one (0) beside an empty engine. Rejects with AMNESIA. */
export async function checkWatermark(engine: KvEngine, watermark: Watermark): Promise<number> {
  const state = await watermark.read();
  const sequence = engine.sequence();
  switch (state.kind) {
    case 'missing':
      if (sequence > 0) throw new FlowError('AMNESIA', 'the durability watermark is missing', { hint: HINT });
      await new Promise<void>((resolve, reject) => {
        watermark.write(0, (error) => {
          if (error === undefined) resolve();
          else reject(error);
        });
      });
      return 0;
    case 'damaged':
      throw new FlowError('AMNESIA', 'the durability watermark is damaged', { hint: HINT });
    case 'saved':
      if (sequence >= state.sequence) return state.sequence;
      throw new FlowError(
        'AMNESIA',
        `the database ends at operation ${sequence}, but ${state.sequence} were durable: it has lost acknowledged data`,
        { hint: HINT, details: { sequence, watermark: state.sequence } },
      );
  }
}
