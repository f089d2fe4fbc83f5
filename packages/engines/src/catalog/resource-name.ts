/**
 * Names of streams, queues, buckets and coordinators: bare (`orders`) or a path (`tenant/namespace/orders`), at most 249 characters in all.
 * They are unique per kind. The *qualified name* is unique in the cluster: a stream's is its name, the others' begin with their kind and
 * ':', which no name has (`queue:orders`).
 */
import { FlowError } from '@flowmesh/base';
import type { CatalogStream, ResourceKind } from './catalog-types.ts';

export const RESOURCE_NAME_LENGTH_MAX = 249;

const PREFIXED = ['queue', 'bucket', 'coordinator'] as const;
const SEGMENT = /^[A-Za-z0-9._-]+$/;

export function qualifiedName(kind: ResourceKind, name: string): string {
  return kind === 'stream' ? name : `${kind}:${name}`;
}

export function qualifiedNameOf({ kind, name }: Pick<CatalogStream, 'kind' | 'name'>): string {
  return qualifiedName(kind, name);
}

/** The kind and the name that a qualified name stands for. */
export function parseQualified(qualified: string): { readonly kind: ResourceKind; readonly name: string } {
  const kind = PREFIXED.find((one) => qualified.startsWith(`${one}:`));
  return kind === undefined
    ? { kind: 'stream', name: qualified }
    : { kind, name: qualified.slice(kind.length + 1) };
}

/** What one of its Raft groups is called: streams have partitions, the others shards. */
export function partNoun(kind: ResourceKind): 'partition' | 'shard' {
  return kind === 'stream' ? 'partition' : 'shard';
}

/** Undefined where the name is good. */
export function checkResourceName(kind: ResourceKind, name: string): FlowError | undefined {
  const segments = name.split('/');
  if (name.length === 0 || name.length > RESOURCE_NAME_LENGTH_MAX) {
    return refuse(
      kind,
      name,
      `it has ${name.length} characters; 1 to ${RESOURCE_NAME_LENGTH_MAX} are allowed`,
    );
  }
  if (segments.length !== 1 && segments.length !== 3) {
    return refuse(kind, name, 'it must be a bare name or tenant/namespace/name');
  }
  for (const segment of segments) {
    if (!SEGMENT.test(segment))
      return refuse(kind, name, 'only letters, digits, dot, underscore and hyphen are allowed');
    if (segment === '.' || segment === '..') return refuse(kind, name, "'.' and '..' mean something else");
  }
  return undefined;
}

function refuse(kind: ResourceKind, name: string, why: string): FlowError {
  return new FlowError('INVALID_ARGUMENT', `'${name.slice(0, 100)}' is no ${kind} name: ${why}`, {
    hint: 'Use 1 to 249 of A-Z a-z 0-9 . _ -, for instance orders or acme/shop/orders.',
  });
}
