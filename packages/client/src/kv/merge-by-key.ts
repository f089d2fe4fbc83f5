/** Several sorted sequences of entries as one, in the order of their keys. */
import { compareBytes } from '@flowmesh/base';
import type { flowmesh } from '@flowmesh/proto';

type Entry = flowmesh.v1.KvEntry.$Properties;
const EMPTY = new Uint8Array(0);

export async function* mergeByKey(sources: readonly AsyncGenerator<Entry>[]): AsyncGenerator<Entry> {
  try {
    const heads = await Promise.all(sources.map((source) => source.next()));
    for (;;) {
      let least = -1;
      for (const [i, head] of heads.entries()) {
        if (head.done !== true && (least === -1 || before(head.value, heads[least]?.value))) least = i;
      }
      const source = sources[least];
      const head = heads[least];
      if (source === undefined || head === undefined || head.done === true) return;
      yield head.value;
      heads[least] = await source.next();
    }
  } finally {
    for (const source of sources) await source.return(undefined);
  }
}

function before(a: Entry, b: Entry | undefined): boolean {
  return compareBytes(a.key ?? EMPTY, b?.key ?? EMPTY) < 0;
}
