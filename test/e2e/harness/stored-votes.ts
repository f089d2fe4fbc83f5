/**
 * What opening a data directory tells a node about its promises: term, vote and end of the log of every group, or the refusal.
 * It opens a copy, with the code that the node itself uses, so the directory stays as it is.
 */
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { isFlowError } from '@flowmesh/base';
import { openNodeStorage } from '@flowmesh/storage';

export interface GroupPromises {
  readonly term: number;
  readonly vote: number;
  readonly lastIndex: number;
}

export type StoredPromises =
  | { readonly kind: 'opened'; readonly groups: ReadonlyMap<number, GroupPromises> }
  /** A group, or the whole directory, is not believed: nobody votes with it. */
  | { readonly kind: 'refused'; readonly code: string; readonly message: string };

export async function promisesOf(dataDir: string): Promise<StoredPromises> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'flowmesh-copy-'));
  const copy = path.join(folder, 'data');
  try {
    cpSync(dataDir, copy, { recursive: true, filter: (file) => path.basename(file) !== 'reserve' });
    await using storage = await openNodeStorage(copy, { disk: { reserveBytes: 0 } });
    const groups = new Map<number, GroupPromises>();
    for (const id of storage.logStore.groups()) {
      const group = await storage.logStore.open(id);
      const { term, vote } = group.initialState().hardState;
      groups.set(id, { term, vote, lastIndex: group.lastIndex() });
    }
    return { kind: 'opened', groups };
  } catch (error) {
    if (!isFlowError(error)) throw error;
    return { kind: 'refused', code: error.code, message: error.message };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * Promises that `damaged` gives up without a word. Entries may be missing at the end of a killed node's log, where the watermark does not
 * reach yet (the leader finds that out); terms, votes and whole groups never.
 */
export function forgottenPromises(
  whole: StoredPromises,
  damaged: StoredPromises,
  stopped: 'clean' | 'killed',
): readonly string[] {
  if (whole.kind === 'refused') return [`the undamaged directory is refused: ${whole.message}`];
  if (damaged.kind === 'refused') return [];
  const forgotten: string[] = [];
  for (const [group, before] of whole.groups) {
    const after = damaged.groups.get(group);
    if (after === undefined) {
      forgotten.push(`group ${group} is gone`);
      continue;
    }
    if (after.term !== before.term || after.vote !== before.vote) {
      forgotten.push(
        `group ${group}: vote ${before.vote} of term ${before.term} became ${after.vote} of ${after.term}`,
      );
    }
    if (after.lastIndex < before.lastIndex && stopped === 'clean') {
      forgotten.push(`group ${group}: the log ends at ${after.lastIndex}, not at ${before.lastIndex}`);
    }
  }
  return forgotten;
}
