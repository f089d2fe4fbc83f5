/**
 * One shard of a bucket as the checkers know it: the model that follows its committed commands, and what clients were told. The model moves on
 * when a command is applied for the first time anywhere; every replica's reply to it has to be the model's.
 */
import { type GroupId, utf8Decode } from '@flowmesh/base';
import type { KvVersion } from '@flowmesh/engines';
import { decodeKvCommand } from '../../../../packages/engines/src/kv/kv-command.ts';
import type { Checker } from '../../check/checker.ts';
import { violated } from '../../check/violation.ts';
import { KvModel } from './kv-model.ts';
import { replyInWords } from './kv-replies.ts';

/** What a reader was told. */
export interface SeenByReader {
  readonly key: string;
  readonly version: KvVersion | undefined;
  readonly revision: number;
  readonly nowMs: number;
}

export class KvShard {
  readonly group: GroupId;
  readonly model = new KvModel();
  /** Later reads and writes have to see at least this revision. */
  floor = 0;
  /** When the command of a request first took effect, by request id. */
  readonly appliedAt = new Map<string, number>();
  private readonly expected = new Map<number, string>();
  private lastIndex = 0;

  constructor(group: GroupId) {
    this.group = group;
  }

  /** A replica applied a command. */
  applied(index: number, term: number, command: Uint8Array, at: { readonly now: number }): void {
    if (index <= this.lastIndex) return;
    this.lastIndex = index;
    const decoded = decodeKvCommand(command);
    const before = this.model.events.length;
    this.expected.set(index, this.model.apply(term, decoded));
    if (decoded.kind !== 'txn' || this.model.events.length === before) return;
    const id = utf8Decode(decoded.requestId);
    if (!this.appliedAt.has(id)) this.appliedAt.set(id, at.now);
  }

  replied(index: number, words: string, by: string): void {
    const expected = this.expected.get(index);
    if (expected === undefined || expected === words) return;
    violated('kv-semantics', `${by} answers command ${index} with '${words}'; it should be '${expected}'`);
  }

  /** A client was answered with a revision; `floor` is what it had to see at least. */
  sawRevision(floor: number, revision: number, by: string): void {
    if (revision < floor)
      violated(
        'linearizable-kv',
        `group ${this.group}: ${by} answers as of revision ${revision}, ${floor} was told before`,
      );
    this.floor = Math.max(this.floor, revision);
  }

  /** `timeMs`: machine time when the read began; undefined where it may be stale. */
  sawVersion({ key, version, revision, nowMs }: SeenByReader, timeMs: number | undefined, by: string): void {
    const where = `group ${this.group}: ${by}, ${key} at revision ${revision}`;
    const past = this.model.versionAt(key, revision);
    if (version === undefined) {
      const expired = past?.expiries.some((atMs) => atMs !== 0 && atMs <= nowMs) === true;
      if (past?.value !== undefined && !expired)
        violated('reads-are-committed', `${where}: nothing is read, ${past.value} of ${past.mod} was put`);
      return;
    }
    const value = version.value === undefined ? undefined : utf8Decode(version.value);
    if (
      past === undefined ||
      past.mod !== version.modRevision ||
      (value !== undefined && past.value !== value)
    )
      violated(
        'reads-are-committed',
        `${where}: ${value} of ${version.modRevision} is read, not ${past?.value} of ${past?.mod}`,
      );
    if (timeMs === undefined || version.expiresAtMs === 0) return;
    if (version.expiresAtMs <= Math.max(timeMs, nowMs))
      violated(
        'no-expired-reads',
        `${where}: expired at ${version.expiresAtMs}, it is ${timeMs} and ${nowMs} there`,
      );
  }
}

export function kvChecker(shards: ReadonlyMap<GroupId, KvShard>, at: { readonly now: number }): Checker {
  return {
    name: 'kv-semantics',
    applying(replica, index, term, command) {
      shards.get(replica.group.id)?.applied(index, term, command, at);
    },
    applied(replica, { index, reply }) {
      shards.get(replica.group.id)?.replied(index, replyInWords(reply), replica.name);
    },
  };
}
