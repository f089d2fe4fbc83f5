/** Queues as objects: create, update, delete, get, list. */
import type { CatalogStream } from '@flowmesh/engines';
import type { flowmesh } from '@flowmesh/proto';
import type { ResourceAdmin, ResourceDescription } from '../../services/metadata/resource-admin.ts';
import type { ResourceUpdate } from '../../services/metadata/resource-update.ts';
import type { CallContext } from './calls.ts';
import * as check from './request-checks.ts';
import { uuidBytes, wireDescription } from './wire-records.ts';

type Queue = flowmesh.v1.Queue.$Properties;

const CREATE_TIMEOUT_MS = 30_000;
const SHARDS_MAX = 10_000;
/** Answered a little before the client's own deadline, so that it learns why. */
const DEADLINE_MARGIN_MS = 50;

export class QueueResourceHandlers {
  private readonly admin: ResourceAdmin;
  private readonly updates: ResourceUpdate;

  constructor(admin: ResourceAdmin, updates: ResourceUpdate) {
    this.admin = admin;
    this.updates = updates;
  }

  async create(request: flowmesh.v1.CreateQueueRequest, context: CallContext): Promise<Queue> {
    const { caller, remainingMs, signal } = context;
    const patienceMs = (remainingMs ?? CREATE_TIMEOUT_MS) - DEADLINE_MARGIN_MS;
    const created = await this.admin.create(
      {
        caller,
        name: check.streamName(request.name, 'name'),
        partitions: count(request.shards, 'shards') ?? 1,
        replicationFactor: count(request.replicationFactor, 'replication_factor'),
        config: check.settings(request.config, 'config'),
        requestId: check.requestId(request.requestId),
        timeoutMs: Math.max(1, Math.min(CREATE_TIMEOUT_MS, patienceMs)),
      },
      signal,
    );
    return described(created);
  }

  async update(request: flowmesh.v1.UpdateQueueRequest, context: CallContext): Promise<Queue> {
    const updated = await this.updates.update({
      name: check.streamName(request.name, 'name'),
      set: check.settings(request.setConfig, 'set_config'),
      unset: check.keys(request.unsetConfig, 'unset_config'),
      partitions: count(request.shards, 'shards'),
      replicationFactor: count(request.replicationFactor, 'replication_factor'),
      dryRun: request.dryRun,
      caller: context.caller,
      requestId: check.requestId(request.requestId),
      signal: context.signal,
    });
    // A rehearsal gives no groups to shards that it does not make.
    if (request.dryRun)
      return { ...wireQueue(updated), ...(request.shards === 0 ? {} : { shards: request.shards }) };
    return described(this.admin.describe(updated));
  }

  async delete(
    request: flowmesh.v1.DeleteQueueRequest,
    { caller, signal }: CallContext,
  ): Promise<flowmesh.v1.DeleteQueueResponse.$Properties> {
    const name = check.streamName(request.name, 'name');
    await this.admin.delete(caller, name, check.requestId(request.requestId), signal);
    return {};
  }

  async get(request: flowmesh.v1.GetQueueRequest, { caller }: CallContext): Promise<Queue> {
    return described(this.admin.get(caller, check.streamName(request.name, 'name')));
  }

  async list(
    request: flowmesh.v1.ListQueuesRequest,
    { caller }: CallContext,
  ): Promise<flowmesh.v1.ListQueuesResponse.$Properties> {
    const size = check.orDefault(request.pageSize, 'page_size', {
      min: 1,
      max: check.PAGE_SIZE_MAX,
      otherwise: check.PAGE_SIZE_DEFAULT,
    });
    const after = Buffer.from(request.pageToken, 'base64url').toString();
    if (request.pageToken !== '' && after === '')
      throw check.invalid('page_token', 'was not given out by this service');
    const page = this.admin.list(caller, { prefix: request.prefix, after, size });
    return {
      queues: page.resources.map(wireQueue),
      nextPageToken: page.nextAfter === undefined ? '' : Buffer.from(page.nextAfter).toString('base64url'),
    };
  }
}

function count(value: number, field: string): number | undefined {
  return value === 0 ? undefined : check.integer(value, field, { min: 1, max: SHARDS_MAX });
}

function described(description: ResourceDescription): Queue {
  const { partitionInfos } = wireDescription(description);
  return { ...wireQueue(description.resource), shardInfos: partitionInfos ?? [] };
}

function wireQueue(queue: CatalogStream): Queue {
  return {
    name: queue.name,
    uuid: uuidBytes(queue.uuid),
    revision: queue.revision,
    shards: queue.groups.length,
    replicationFactor: queue.replicationFactor,
    config: { ...queue.config },
    createdAtMs: queue.createdAtMs,
  };
}
