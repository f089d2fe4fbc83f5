/** Calls that only the coordinator of a group or a transactional id answers: the leader of the shard that the name falls on. */
import type { NodeConnection, CallLimits } from '../wire/node-connection.ts';
import { callUnary } from '../wire/node-connection.ts';
import { callLeader, type LeaderCallDeps } from './leader-call.ts';
import type { CallOptions } from './router.ts';

interface Place {
  readonly resource: string;
  readonly shard: number;
  readonly shards: number;
}

/** Where names fall; the coordinators never change their number. */
export class CoordinatorPlaces {
  private readonly deps: LeaderCallDeps;
  private readonly known = new Map<string, Place>();

  constructor(deps: LeaderCallDeps) {
    this.deps = deps;
  }

  async find(key: string, options: CallOptions): Promise<Place> {
    const known = this.known.get(key);
    if (known !== undefined) return known;
    const { resource, shard, shards } = await this.deps.router.callAny(options, (connection, limits) =>
      callUnary(connection.groups.findCoordinator.bind(connection.groups), { key }, limits),
    );
    const place = { resource, shard, shards };
    if (this.known.size >= PLACES_MAX) this.known.clear();
    this.known.set(key, place);
    return place;
  }

  /** Runs `call` at the coordinator of `key`. Safe only for calls that may be repeated. */
  async call<T>(
    key: string,
    options: CallOptions,
    call: (connection: NodeConnection, limits: CallLimits) => Promise<T>,
  ): Promise<T> {
    const { resource, shard } = await this.find(key, options);
    return await callLeader(this.deps, { stream: resource, partition: shard }, options, call);
  }
}

const PLACES_MAX = 10_000;
