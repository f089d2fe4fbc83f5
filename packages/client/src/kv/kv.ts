/** `mesh.kv`: buckets as things to be made, looked at and removed, and the way into each of them. */
import type { flowmesh } from '@flowmesh/proto';
import { createUnlessThere } from '../routing/create-unless-there.ts';
import type { LeaderCallDeps } from '../routing/leader-call.ts';
import type { CallOptions } from '../routing/router.ts';
import { jsonCodec, type ValueCodec } from '../value-codecs.ts';
import { callUnary } from '../wire/node-connection.ts';
import { Bucket } from './bucket.ts';
import { SessionLinks } from './session-link.ts';

export interface BucketInfo {
  readonly name: string;
  /** Hexadecimal; another one when the name is created again. */
  readonly uuid: string;
  readonly shards: number;
  readonly replicationFactor: number;
  readonly config: Readonly<Record<string, string>>;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
}

export interface CreateBucketOptions extends CallOptions {
  readonly name: string;
  /** For good: keys are spread over them by their hash. Default: 1. */
  readonly shards?: number | undefined;
  readonly replicationFactor?: number | undefined;
  readonly config?: Readonly<Record<string, string>> | undefined;
  /** A bucket of this name that is there already is returned as it is, with the settings that it has. */
  readonly ifNotExists?: boolean | undefined;
}

export interface UpdateBucketOptions extends CallOptions {
  readonly name: string;
  readonly setConfig?: Readonly<Record<string, string>> | undefined;
  readonly unsetConfig?: readonly string[] | undefined;
  readonly replicationFactor?: number | undefined;
  readonly dryRun?: boolean | undefined;
}

const PAGE_SIZE = 500;

export class Kv {
  private readonly deps: LeaderCallDeps;
  private readonly links: SessionLinks;
  private readonly open = new Set<{ close(): void }>();

  constructor(deps: LeaderCallDeps) {
    this.deps = deps;
    this.links = new SessionLinks(deps.surroundings);
  }

  /** A bucket whose values the codec reads and writes; JSON without one. Asks nobody: whether it exists shows with the first call. */
  bucket<T = unknown>(name: string, options: { readonly codec?: ValueCodec<T> } = {}): Bucket<T> {
    const { deps, links, open } = this;
    return new Bucket<T>({ calls: deps, links, open }, name, options.codec ?? jsonCodec<T>());
  }

  /** ALREADY_EXISTS, INVALID_ARGUMENT, PRECONDITION_FAILED (too few nodes). */
  async create(options: CreateBucketOptions): Promise<BucketInfo> {
    if (options.ifNotExists !== true) return await this.createNew(options);
    return await createUnlessThere(
      () => this.createNew(options),
      () => this.get(options.name, options),
    );
  }

  private async createNew(options: CreateBucketOptions): Promise<BucketInfo> {
    const request = {
      name: options.name,
      shards: options.shards ?? 0,
      replicationFactor: options.replicationFactor ?? 0,
      config: { ...options.config },
      requestId: this.deps.surroundings.requestId(),
    };
    const created = await this.deps.router.callAny(options, (connection, limits) =>
      callUnary(connection.kv.createBucket.bind(connection.kv), request, limits),
    );
    this.deps.router.cache.forget(`bucket:${options.name}`);
    return toInfo(created);
  }

  async update(options: UpdateBucketOptions): Promise<BucketInfo> {
    const request = {
      name: options.name,
      setConfig: { ...options.setConfig },
      unsetConfig: [...(options.unsetConfig ?? [])],
      replicationFactor: options.replicationFactor ?? 0,
      dryRun: options.dryRun ?? false,
      requestId: this.deps.surroundings.requestId(),
    };
    return toInfo(
      await this.deps.router.callAny(options, (connection, limits) =>
        callUnary(connection.kv.updateBucket.bind(connection.kv), request, limits),
      ),
    );
  }

  /** NOT_FOUND. */
  async get(name: string, options: CallOptions = {}): Promise<BucketInfo> {
    return toInfo(
      await this.deps.router.callAny(options, (connection, limits) =>
        callUnary(connection.kv.getBucket.bind(connection.kv), { name }, limits),
      ),
    );
  }

  /** All buckets, or those whose name begins with `prefix`, by name. */
  async *list(options: CallOptions & { readonly prefix?: string } = {}): AsyncGenerator<BucketInfo> {
    let pageToken = '';
    do {
      const request = { prefix: options.prefix ?? '', pageSize: PAGE_SIZE, pageToken };
      const page = await this.deps.router.callAny(options, (connection, limits) =>
        callUnary(connection.kv.listBuckets.bind(connection.kv), request, limits),
      );
      for (const bucket of page.buckets) yield toInfo(bucket);
      pageToken = page.nextPageToken;
    } while (pageToken !== '');
  }

  /** Deletes the bucket and all its keys. NOT_FOUND. */
  async delete(name: string, options: CallOptions = {}): Promise<void> {
    const request = { name, requestId: this.deps.surroundings.requestId() };
    await this.deps.router.callAny(options, (connection, limits) =>
      callUnary(connection.kv.deleteBucket.bind(connection.kv), request, limits),
    );
    this.deps.router.cache.forget(`bucket:${name}`);
  }

  /** Ends sessions, watches and keep-alives. */
  close(): void {
    for (const each of this.open) each.close();
    this.open.clear();
    this.links.close();
  }
}

function toInfo(bucket: flowmesh.v1.Bucket.$Properties): BucketInfo {
  return {
    name: bucket.name ?? '',
    uuid: Buffer.from(bucket.uuid ?? []).toString('hex'),
    shards: bucket.shards ?? 0,
    replicationFactor: bucket.replicationFactor ?? 0,
    config: { ...bucket.config },
    createdAt: bucket.createdAtMs ?? 0,
  };
}
