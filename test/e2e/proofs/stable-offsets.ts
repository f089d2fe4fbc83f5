/**
 * Looks at the last stable offset of every partition of some topics, as Kafka's clients ask for it, and remembers for how long it stood still
 * behind the high watermark: nobody reads on meanwhile.
 */
import { ListOffsets } from '@flowmesh/kafka/protocol';
import { RawClient } from '../../../packages/broker/test/gateways/kafka/raw-client.ts';
import type { Cluster } from '../harness/cluster.ts';

const LATEST = -1;
const READ_COMMITTED = 1;
const READ_UNCOMMITTED = 0;

interface Stand {
  stable: number;
  end: number;
  /** Since when it has been there, behind the end. */
  sinceMs: number;
}

export class StableOffsets {
  private readonly cluster: Cluster;
  private readonly topics: readonly string[];
  private readonly partitions: number;
  private readonly stands = new Map<string, Stand>();
  private longestMs = 0;

  constructor(cluster: Cluster, topics: readonly string[], partitions: number) {
    this.cluster = cluster;
    this.topics = topics;
    this.partitions = partitions;
  }

  get longestStandMs(): number {
    return Math.round(this.longestMs);
  }

  /** Partitions that are known to have something open. */
  get behind(): readonly string[] {
    return [...this.stands].flatMap(([name, { stable, end }]) =>
      stable < end ? [`${name}: ${stable} of ${end}`] : [],
    );
  }

  async look(): Promise<void> {
    for (const node of this.cluster.nodes) {
      try {
        const client = await RawClient.connect(node.ports.kafka);
        // The end first: what is stable then may only be more.
        const ends = await this.ask(client, READ_UNCOMMITTED);
        const stables = await this.ask(client, READ_COMMITTED);
        client.close();
        for (const [name, stable] of stables) this.note(name, stable, ends.get(name) ?? stable);
      } catch {
        // The node is down; whoever leads its partitions now is asked as well.
      }
    }
  }

  private note(name: string, stable: number, end: number): void {
    const nowMs = performance.now();
    const before = this.stands.get(name);
    // Where it stood behind the end a moment ago, and has not moved.
    const stood = before !== undefined && before.stable === stable && before.stable < before.end;
    const sinceMs = stood ? before.sinceMs : nowMs;
    if (stood) this.longestMs = Math.max(this.longestMs, nowMs - sinceMs);
    this.stands.set(name, { stable, end, sinceMs });
  }

  /** Of those that the node leads. */
  private async ask(client: RawClient, isolationLevel: number): Promise<ReadonlyMap<string, number>> {
    const partitions = Array.from({ length: this.partitions }, (_, partitionIndex) => ({
      partitionIndex,
      timestamp: LATEST,
    }));
    const { topics } = await client.call(ListOffsets, 5, {
      replicaId: -1,
      isolationLevel,
      timeoutMs: 0,
      topics: this.topics.map((name) => ({ name, partitions })),
    });
    return new Map(
      topics.flatMap(({ name, partitions: found }) =>
        found.flatMap(({ partitionIndex, errorCode, offset }) =>
          errorCode === 0 ? [[`${name} ${partitionIndex}`, Number(offset)] as const] : [],
        ),
      ),
    );
  }
}
