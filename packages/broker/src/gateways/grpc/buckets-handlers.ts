/** Buckets as objects: create, update, delete, get, list. */
import type { CatalogStream } from '@flowmesh/engines';
import type { flowmesh } from '@flowmesh/proto';
import type { ResourceAdmin } from '../../services/metadata/resource-admin.ts';
import type { ResourceUpdate } from '../../services/metadata/resource-update.ts';
import type { CallContext } from './calls.ts';
import * as check from './request-checks.ts';
import { uuidBytes } from './wire-records.ts';

type Bucket = flowmesh.v1.Bucket.$Properties;

const CREATE_TIMEOUT_MS = 30_000;
const SHARDS_MAX = 10_000;

export class BucketsHandlersOverGrpc {
  private readonly admin: ResourceAdmin;
  private readonly updates: ResourceUpdate;

  constructor(admin: ResourceAdmin, updates: ResourceUpdate) {
    this.admin = admin;
    this.updates = updates;
  }

  async create(request: flowmesh.v1.CreateBucketRequest, context: CallContext): Promise<Bucket> {
    const { caller, remainingMs, signal } = context;
    const { resource } = await this.admin.create(
      {
        caller,
        name: check.streamName(request.name, 'name'),
        partitions: count(request.shards, 'shards') ?? 1,
        replicationFactor: count(request.replicationFactor, 'replication_factor'),
        config: request.config,
        requestId: check.requestId(request.requestId),
        timeoutMs: Math.min(CREATE_TIMEOUT_MS, remainingMs ?? CREATE_TIMEOUT_MS),
      },
      signal,
    );
    return wireBucket(resource);
  }

  /** Shards are never added: keys would lie in others than before. */
  async update(request: flowmesh.v1.UpdateBucketRequest, context: CallContext): Promise<Bucket> {
    const updated = await this.updates.update({
      name: check.streamName(request.name, 'name'),
      set: check.settings(request.setConfig, 'set_config'),
      unset: check.keys(request.unsetConfig, 'unset_config'),
      partitions: undefined,
      replicationFactor: count(request.replicationFactor, 'replication_factor'),
      dryRun: request.dryRun,
      caller: context.caller,
      requestId: check.requestId(request.requestId),
      signal: context.signal,
    });
    return wireBucket(updated);
  }

  async delete(
    request: flowmesh.v1.DeleteBucketRequest,
    context: CallContext,
  ): Promise<flowmesh.v1.DeleteBucketResponse.$Properties> {
    const name = check.streamName(request.name, 'name');
    await this.admin.delete(context.caller, name, check.requestId(request.requestId), context.signal);
    return {};
  }

  async get(request: flowmesh.v1.GetBucketRequest, context: CallContext): Promise<Bucket> {
    return wireBucket(this.admin.get(context.caller, check.streamName(request.name, 'name')).resource);
  }

  async list(
    request: flowmesh.v1.ListBucketsRequest,
    context: CallContext,
  ): Promise<flowmesh.v1.ListBucketsResponse.$Properties> {
    const size = check.orDefault(request.pageSize, 'page_size', {
      min: 1,
      max: check.PAGE_SIZE_MAX,
      otherwise: check.PAGE_SIZE_DEFAULT,
    });
    const after = Buffer.from(request.pageToken, 'base64url').toString();
    const page = this.admin.list(context.caller, { prefix: request.prefix, after, size });
    return {
      buckets: page.resources.map(wireBucket),
      nextPageToken: page.nextAfter === undefined ? '' : Buffer.from(page.nextAfter).toString('base64url'),
    };
  }
}

function count(value: number, field: string): number | undefined {
  return value === 0 ? undefined : check.integer(value, field, { min: 1, max: SHARDS_MAX });
}

function wireBucket(bucket: CatalogStream): Bucket {
  return {
    name: bucket.name,
    uuid: uuidBytes(bucket.uuid),
    revision: bucket.revision,
    shards: bucket.groups.length,
    replicationFactor: bucket.replicationFactor,
    config: { ...bucket.config },
    createdAtMs: bucket.createdAtMs,
  };
}
