/**
 * The copies of the metadata that other nodes have. A change is made once a majority has it; a client that was told so may ask any node next,
 * and is to be shown it there. So the nodes that can be reached are asked to catch up, and to hear of the leaders of what is new, for a moment
 * at most: it is a courtesy, and whoever is slow or of an older build holds nobody up.
 *
 *   ask: `group u64 …`, those whose leaders are to be known        answer: empty
 */
import { ByteReader, ByteWriter, EMPTY_BYTES, groupId, METADATA_GROUP } from '@flowmesh/base';
import type { GroupId, NodeId, Scheduler } from '@flowmesh/base';
import type { LeaderCalls } from '../forward/leader-calls.ts';
import { within } from '../forward/within.ts';
import type { DeadlineWheel } from '../deadline-wheel.ts';
import type { CatalogPort, LeaderPort } from '../ports.ts';
import { leadersMissing } from './leader-wait.ts';

export interface MetadataCopiesPorts {
  readonly node: NodeId;
  readonly catalog: CatalogPort;
  readonly leaders: Pick<LeaderPort, 'alive' | 'leaderOf' | 'onLeaderChange'>;
  readonly wheel: DeadlineWheel;
  readonly calls: LeaderCalls;
  readonly scheduler: Scheduler;
}

const CATCH_UP_MS_MAX = 1_000;
/** Of one call: of the rest clients are told by themselves when they are led. */
const GROUPS_MAX = 1_000;
/** From it on nodes ask each other. */
const CALLS_SINCE_LEVEL = 3;

export class MetadataCopies {
  private readonly ports: MetadataCopiesPorts;

  constructor(ports: MetadataCopiesPorts) {
    this.ports = ports;
    ports.calls.handle('metadata', async (_group, payload, signal) => {
      await ports.catalog.catchUp(signal);
      await leadersMissing(ports, decodeGroups(payload), CATCH_UP_MS_MAX, signal);
      return EMPTY_BYTES;
    });
  }

  /**
   * Resolves once every node that can be reached has what was committed before the call, and all of them know leaders of these groups; or after
   * a second. Never rejects.
   */
  async catchUp(signal: AbortSignal, groups: readonly GroupId[] = []): Promise<void> {
    const { node, catalog, leaders, calls, scheduler } = this.ports;
    const { machine } = catalog;
    const awaited = groups.slice(0, GROUPS_MAX);
    const others =
      machine.featureLevel < CALLS_SINCE_LEVEL
        ? []
        : machine.activeNodes().filter(({ id }) => id !== node && leaders.alive(id));
    const ask = encodeGroups(awaited);
    await within(scheduler, CATCH_UP_MS_MAX, signal, (attempt) =>
      Promise.allSettled([
        leadersMissing(this.ports, awaited, CATCH_UP_MS_MAX, attempt),
        ...others.map(({ id }) => calls.ask(id, 'metadata', METADATA_GROUP, ask, attempt)),
      ]),
    );
  }
}

function encodeGroups(groups: readonly GroupId[]): Uint8Array {
  const writer = new ByteWriter(groups.length * 8);
  for (const group of groups) writer.u64(group);
  return writer.finish();
}

function decodeGroups(payload: Uint8Array): readonly GroupId[] {
  const reader = new ByteReader(payload.subarray(0, GROUPS_MAX * 8));
  const groups: GroupId[] = [];
  while (reader.remaining > 0) groups.push(groupId(reader.u64()));
  return groups;
}
