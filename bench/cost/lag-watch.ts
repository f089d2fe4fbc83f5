/** Asks nodes, while they work, how late their event loops are. */
import type { ClusterNode } from '../../test/e2e/harness/cluster.ts';
import { metricSum } from './process-cost.ts';

/** Nodes measure it anew every three seconds. */
const ASK_EVERY_MS = 1_000;

export const nodeName = (node: ClusterNode): string => `node ${node.id}`;

export class LagWatch {
  private readonly worst = new Map<string, number>();
  private readonly timer: NodeJS.Timeout;

  constructor(nodes: readonly ClusterNode[]) {
    this.timer = setInterval(() => {
      for (const node of nodes) void this.ask(node);
    }, ASK_EVERY_MS);
  }

  /** Milliseconds; NaN where the node has not been asked. */
  worstMs(name: string): number {
    return this.worst.get(name) ?? Number.NaN;
  }

  [Symbol.dispose](): void {
    clearInterval(this.timer);
  }

  private async ask(node: ClusterNode): Promise<void> {
    const body = (await node.http('/metrics'))?.body;
    if (body === undefined) return;
    const ms = metricSum(body, 'flowmesh_event_loop_lag_seconds') * 1_000;
    this.worst.set(nodeName(node), Math.max(ms, this.worst.get(nodeName(node)) ?? 0));
  }
}
