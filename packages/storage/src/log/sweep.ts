/**
 * Removes all data of one dead incarnation of a group: chunks key by key, then its whole prefixes, at last its garbage marker.
 * Safe to repeat: a crash leaves the marker, and the next start sweeps again.
 */
import type { WriteOp } from '../kv-engine.ts';
import { type StoreContext, writeNow } from './context.ts';
import { garbageKey, type GroupSpace, indexOfKey, positionSpan, stateSpan, termSpan } from './keys.ts';
import { decodePosition } from './records.ts';
import { unseal } from './sealed.ts';

const SWEEP_PAGE = 256;

export async function sweepIncarnation(context: StoreContext, space: GroupSpace): Promise<void> {
  const { engine } = context;
  // Behind everything that was written to the incarnation before: the scan below sees it all.
  await writeNow(
    engine,
    [{ kind: 'put', family: 'idx', key: garbageKey(space), value: new Uint8Array(0) }],
    false,
  );
  const cursor = engine.cursor('idx', positionSpan(space));
  try {
    for (;;) {
      const pairs = await cursor.next(SWEEP_PAGE);
      if (pairs.length === 0) break;
      const ops = pairs.map(([key, value]): WriteOp => {
        const position = decodePosition(
          indexOfKey(key),
          unseal(context.crc32c, 'a log position', key, value),
        );
        const { sequence, firstIndex } = position;
        return { kind: 'del', family: 'log', key: context.layout({ sequence, ...space, firstIndex }) };
      });
      await writeNow(engine, ops, false);
    }
  } finally {
    cursor.close();
  }
  const dead: WriteOp[] = [
    { kind: 'del-range', family: 'sm', ...stateSpan(space) },
    { kind: 'del-range', family: 'idx', ...positionSpan(space) },
    { kind: 'del-range', family: 'idx', ...termSpan(space) },
  ];
  await writeNow(engine, dead, false);
  await writeNow(engine, [{ kind: 'del', family: 'idx', key: garbageKey(space) }], false);
}
