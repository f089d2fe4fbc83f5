/** A gateway with a stream on three nodes, whose cluster service is asked by the names of its calls. */
import { METADATA_GROUP, nodeId } from '@flowmesh/base';
import type { GroupId } from '@flowmesh/base';
import { call, startWorld } from './gateway-world.ts';
import type { GatewayWorld } from './gateway-world.ts';

export type Loose = Readonly<Record<string, unknown>>;

/** Any call of the service by name; what comes back is read by the test as plain data. */
export async function ask(world: GatewayWorld, method: string, request: Loose = {}): Promise<Loose> {
  const client = world.cluster as unknown as Record<
    string,
    (request: Loose, done: (error: never, response?: Loose) => void) => unknown
  >;
  return await call<Loose>((done) =>
    (client[method] as NonNullable<(typeof client)[string]>).call(client, request, done as never),
  );
}

export const all = [nodeId(1), nodeId(2), nodeId(3)];
let requests = 0;
export const id = () => ({ requestId: `r${++requests}` });

export function summarise(world: GatewayWorld, group: GroupId, inSync = all): void {
  world.leaders.summaries.set(group, { inSync, logStartOffset: 2, highWatermark: 10, sizeBytes: 500 });
}

/** A stream of two partitions on three nodes, all in sync, led by node 1. */
export async function withStream(config: Record<string, string> = {}): Promise<GatewayWorld> {
  const world = await startWorld();
  for (const { group } of world.stream('orders', { partitions: 2, config })) summarise(world, group);
  world.leaders.set(METADATA_GROUP, 1, 3);
  return world;
}

export function groupsOf(world: GatewayWorld): readonly GroupId[] {
  return world.catalog.machine.streamByName('orders')?.groups ?? [];
}
