/**
 * Who may do what. A user says who somebody is (credentials) and what they may do (roles and grants). Credentials are what SCRAM
 * (RFC 5802) keeps at the server: keys from which no password can be read; the password itself is never here.
 *
 * Operations have the names and the meaning of Kafka's, so that its ACLs are grants.
 */

export const SCRAM_MECHANISMS = ['SCRAM-SHA-256', 'SCRAM-SHA-512'] as const;
export type ScramMechanism = (typeof SCRAM_MECHANISMS)[number];

export interface ScramCredential {
  readonly mechanism: ScramMechanism;
  /** Base64, as the keys. */
  readonly salt: string;
  readonly iterations: number;
  readonly storedKey: string;
  readonly serverKey: string;
}

/**
 * admin: everything. producer: writes to streams, queues and buckets, in transactions. consumer: reads them, as a member of any group.
 * All may see the streams, queues, buckets and groups that they may use.
 */
export const ROLES = ['admin', 'producer', 'consumer'] as const;
export type Role = (typeof ROLES)[number];

export const GRANT_RESOURCES = ['stream', 'queue', 'bucket', 'group', 'transaction', 'cluster'] as const;
export type GrantResource = (typeof GRANT_RESOURCES)[number];

export const GRANT_OPERATIONS = [
  'all',
  'read',
  'write',
  'create',
  'delete',
  'alter',
  'describe',
  'cluster-action',
  'describe-configs',
  'alter-configs',
  'idempotent-write',
] as const;
export type GrantOperation = (typeof GRANT_OPERATIONS)[number];

export const GRANT_MATCHES = ['literal', 'prefix'] as const;
export type GrantMatch = (typeof GRANT_MATCHES)[number];

export const GRANT_EFFECTS = ['allow', 'deny'] as const;
export type GrantEffect = (typeof GRANT_EFFECTS)[number];

export interface Grant {
  readonly resource: GrantResource;
  /** Of the resource, or how its name begins; `*` with a literal match: of all. The cluster is `*`. */
  readonly name: string;
  readonly match: GrantMatch;
  readonly operation: GrantOperation;
  /** What is denied stays denied, whatever else allows it. */
  readonly effect: GrantEffect;
}

export interface CatalogUser {
  readonly name: string;
  readonly enabled: boolean;
  /** In the order of `ROLES`. */
  readonly roles: readonly Role[];
  /** In the order of `grantKey`. */
  readonly grants: readonly Grant[];
  /** At most one for each mechanism; none: nobody can come in with a password. */
  readonly credentials: readonly ScramCredential[];
  readonly createdAtMs: number;
  /** Revision of the latest change. */
  readonly changedRevision: number;
}

export const USER_NAME = /^[A-Za-z0-9][A-Za-z0-9._@+-]{0,99}$/;
export const USERS_MAX = 10_000;
export const GRANTS_PER_USER_MAX = 1_000;
export const GRANT_NAME_LENGTH_MAX = 255;
export const SCRAM_ITERATIONS_MIN = 4_096;
export const SCRAM_ITERATIONS_MAX = 1_000_000;

/** Equal for equal grants, and in which order they are kept. */
export function grantKey({ resource, name, match, operation, effect }: Grant): string {
  return `${resource} ${match} ${name} ${operation} ${effect}`;
}
