/**
 * Replicas of this node that were found damaged: remembered in the node's directory, so that a restart does not make an operator miss
 * them, until the group is whole again or gone. Bounded; what comes beyond is in the log alone.
 */
import { type GroupId, isFlowError, type MemberId, utf8Decode, utf8Encode } from '@flowmesh/base';
import type { ClusterLog } from './cluster-log.ts';
import type { RecordStore } from './membership-record.ts';

export const DAMAGES_MAX = 16;
const KEY = 'cluster.damaged-replicas';

export interface Damage {
  readonly group: GroupId;
  readonly member: MemberId;
  readonly cause: string;
  /** Milliseconds since the epoch. */
  readonly atMs: number;
}

export class DamageRecord {
  private readonly store: RecordStore;
  private readonly log: ClusterLog;
  private damages: readonly Damage[] = [];
  private saving: Promise<void> = Promise.resolve();

  constructor(store: RecordStore, log: ClusterLog) {
    this.store = store;
    this.log = log;
  }

  /** What was noted before this start; a record that cannot be read is no reason to stay down. */
  async load(): Promise<void> {
    try {
      const bytes = await this.store.getMeta(KEY);
      const before: unknown = bytes === undefined ? [] : JSON.parse(utf8Decode(bytes));
      if (!Array.isArray(before)) return;
      this.damages = [...(before as Damage[]), ...this.damages].slice(0, DAMAGES_MAX);
    } catch (error) {
      if (!isFlowError(error) && !(error instanceof SyntaxError)) throw error;
      this.log.warn({ err: error }, 'record of damaged replicas not read');
    }
  }

  note(damage: Damage): void {
    const known = this.damages.some(
      ({ member, group }) => member === damage.member && group === damage.group,
    );
    if (known || this.damages.length >= DAMAGES_MAX) return;
    this.damages = [...this.damages, damage];
    this.save();
  }

  /** Forgets the damages of groups that are whole again. */
  review(whole: (group: GroupId) => boolean): void {
    const left = this.damages.filter(({ group }) => !whole(group));
    if (left.length === this.damages.length) return;
    this.damages = left;
    this.save();
  }

  /** Sentences for people. */
  troubles(): readonly string[] {
    return this.damages.map(
      ({ group, cause, atMs }) =>
        `replica of group ${group} was found damaged at ${new Date(atMs).toISOString()} (${cause}); it stays listed until the group is whole again`,
    );
  }

  /** Resolves when all is written. */
  async saved(): Promise<void> {
    await this.saving;
  }

  private save(): void {
    this.saving = this.saving.then(async () => {
      try {
        await this.store.putMeta(KEY, utf8Encode(JSON.stringify(this.damages)));
      } catch (error) {
        if (!isFlowError(error)) throw error;
        this.log.warn({ err: error }, 'record of damaged replicas not written');
      }
    });
  }
}
