/** What operators had done, the latest thousand; a key of the store each, by revision. */
import type { StateReader, StateWriter } from '../machine.ts';
import type { AuditEntry } from './catalog-types.ts';
import { family, fromJson, numberKey, TAG, toJson } from './stored-values.ts';

export const AUDIT_ENTRIES_MAX = 1_000;

export class AuditLog {
  /** Ascending by revision: one entry a command. */
  private readonly byRevision = new Map<number, AuditEntry>();

  /** Oldest first. */
  entries(): Iterable<AuditEntry> {
    return this.byRevision.values();
  }

  add(entry: AuditEntry, writer: StateWriter): void {
    this.byRevision.set(entry.revision, entry);
    writer.put(numberKey(TAG.audit, entry.revision), toJson(entry));
    for (const revision of this.byRevision.keys()) {
      if (this.byRevision.size <= AUDIT_ENTRIES_MAX) break;
      this.byRevision.delete(revision);
      writer.del(numberKey(TAG.audit, revision));
    }
  }

  async load(state: StateReader): Promise<void> {
    for (const [, value] of await state.scan(family(TAG.audit))) {
      const entry = fromJson<AuditEntry>(value);
      this.byRevision.set(entry.revision, entry);
    }
  }
}
