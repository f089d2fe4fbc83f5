/**
 * How far the groups of this node's coordinator shards are behind, computed now and then so that nobody has to ask for it. Records are
 * counted from what leaders tell everybody about their partitions; the age is asked for only of groups that are behind, and of so many
 * partitions at once.
 */
import { type Clock, isFlowError, type Scheduler } from '@flowmesh/base';
import { type Group, partitionOf } from '@flowmesh/engines';
import type { CatalogPort, LeaderPort } from '../ports.ts';
import type { CoordinatorShards } from './coordinator-shards.ts';
import type { PositionQuestion, StreamPositions } from './stream-positions.ts';

const LOOK_EVERY_MS = 10_000;
/** Partitions whose age is asked for in one pass; those furthest behind go first. */
const AGED_PARTITIONS_MAX = 500;

export interface GroupLag {
  readonly group: string;
  readonly members: number;
  readonly rebalances: number;
  readonly lagRecords: number;
  readonly lagSeconds: number;
}

export interface GroupLagPorts {
  readonly shards: CoordinatorShards;
  readonly positions: StreamPositions;
  readonly catalog: CatalogPort;
  readonly leaders: LeaderPort;
  readonly clock: Clock;
  readonly scheduler: Scheduler;
}

interface Behind {
  readonly group: string;
  readonly lag: number;
  readonly question: PositionQuestion;
}

export class GroupLags {
  private readonly ports: GroupLagPorts;
  private readonly lifetime = new AbortController();
  private latest: readonly GroupLag[] = [];

  constructor(ports: GroupLagPorts) {
    this.ports = ports;
    this.later();
  }

  /** As of the latest pass. */
  figures(): readonly GroupLag[] {
    return this.latest;
  }

  /** One pass. */
  async look(): Promise<void> {
    const groups = this.ports.shards.table.all().flatMap(({ machine }) => [...machine.groups.values()]);
    const behind = groups.flatMap((group) => this.behind(group));
    const ages = await this.ages(behind);
    this.latest = groups.map((group) => {
      const { id, rebalances } = group.head;
      const own = behind.filter((one) => one.group === id);
      return {
        group: id,
        members: group.size,
        rebalances,
        lagRecords: own.reduce((sum, { lag }) => sum + lag, 0),
        lagSeconds: (ages.get(id) ?? 0) / 1_000,
      };
    });
  }

  close(): void {
    this.lifetime.abort();
  }

  private later(): void {
    this.ports.scheduler.after(LOOK_EVERY_MS, () => {
      if (this.lifetime.signal.aborted) return;
      const next = (): void => this.later();
      this.look().then(next, next);
    });
  }

  private behind(group: Group): readonly Behind[] {
    const { catalog, leaders } = this.ports;
    const all: Behind[] = [];
    for (const [key, stored] of group.offsets) {
      const { stream, partition } = partitionOf(key);
      const known = catalog.machine.streamByName(stream);
      const of = known?.uuid === stored.uuid ? known.groups[partition] : undefined;
      const summary = of === undefined ? undefined : leaders.summaryOf(of);
      if (of === undefined || summary === undefined) continue;
      const lag = summary.highWatermark - Math.max(stored.offset, summary.logStartOffset);
      const question = { group: of, at: { kind: 'earliest' }, timeOf: stored.offset } as const;
      if (lag > 0) all.push({ group: group.head.id, lag, question });
    }
    return all;
  }

  /** Greatest age by group, in milliseconds. */
  private async ages(behind: readonly Behind[]): Promise<ReadonlyMap<string, number>> {
    const asked = behind.toSorted((a, b) => b.lag - a.lag).slice(0, AGED_PARTITIONS_MAX);
    const { positions, clock } = this.ports;
    const answers = await positions.all(
      asked.map(({ question }) => question),
      this.lifetime.signal,
    );
    const nowMs = clock.wallMs();
    const ages = new Map<string, number>();
    for (const [i, { group }] of asked.entries()) {
      const answer = answers[i];
      if (answer === undefined || isFlowError(answer) || answer.timestampMs < 0) continue;
      ages.set(group, Math.max(ages.get(group) ?? 0, nowMs - answer.timestampMs));
    }
    return ages;
  }
}
