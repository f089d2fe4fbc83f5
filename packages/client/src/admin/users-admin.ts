/**
 * Users: who they are, what they may do. Passwords do not leave this process: what SCRAM keeps of them is computed here and sent instead.
 */
import { createHash, createHmac, pbkdf2, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import { FlowError } from '@flowmesh/base';
import type { flowmesh } from '@flowmesh/proto';
import type { LeaderCallDeps } from '../routing/leader-call.ts';
import type { CallOptions } from '../routing/router.ts';
import { askAny } from './cluster-call.ts';

/** admin: everything. producer: writes. consumer: reads, as a member of any group. */
export const ROLES = ['admin', 'producer', 'consumer'] as const;
export type Role = (typeof ROLES)[number];

/** What may be done. */
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

/** Work that one guess of a password may cost, in rounds of its hash. */
export const PASSWORD_ITERATIONS = { min: 4_096, max: 1_000_000 } as const;

/** What may be done, to what. */
export interface Grant {
  readonly resource: 'stream' | 'queue' | 'bucket' | 'group' | 'transaction' | 'cluster';
  /** A name; how names begin, with `match: 'prefix'`; `*` for all, and for the cluster. */
  readonly name: string;
  /** Default: literal. */
  readonly match?: 'literal' | 'prefix' | undefined;
  readonly operation: GrantOperation;
  /** Default: allow. What is denied stays denied. */
  readonly effect?: 'allow' | 'deny' | undefined;
}

/** A grant with what was left out. */
export interface UserGrant extends Grant {
  readonly match: 'literal' | 'prefix';
  readonly effect: 'allow' | 'deny';
}

export interface User {
  readonly name: string;
  readonly enabled: boolean;
  readonly roles: readonly string[];
  readonly grants: readonly UserGrant[];
  /** Mechanisms with which a password is known. */
  readonly credentials: readonly { readonly mechanism: string; readonly iterations: number }[];
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
}

export interface PasswordOptions extends CallOptions {
  /** Work that one guess costs, within `PASSWORD_ITERATIONS`; default 8,192. */
  readonly iterations?: number | undefined;
}

export interface CreateUserOptions extends PasswordOptions {
  readonly name: string;
  /** Without one, only a client certificate lets the user in. */
  readonly password?: string | undefined;
  readonly roles?: readonly Role[] | undefined;
}

const MECHANISMS = [
  { mechanism: 'SCRAM-SHA-256', digest: 'sha256', bytes: 32 },
  { mechanism: 'SCRAM-SHA-512', digest: 'sha512', bytes: 64 },
] as const;
const ITERATIONS = 8_192;
const ITERATIONS_MIN = 4_096;
const SALT_BYTES = 24;
const PASSWORD_CHARS_MAX = 1_000;
const PAGE_SIZE = 1_000;

const pbkdf2Async = promisify(pbkdf2);

export class UsersAdmin {
  private readonly deps: LeaderCallDeps;

  constructor(deps: LeaderCallDeps) {
    this.deps = deps;
  }

  /** ALREADY_EXISTS, INVALID_ARGUMENT. */
  async create(options: CreateUserOptions): Promise<User> {
    const { name, password, roles = [] } = options;
    const request = {
      name,
      roles: [...roles],
      credentials: password === undefined ? [] : await credentialsOf(password, options.iterations),
      requestId: this.requestId(),
    };
    return toUser(await askAny(this.deps, options, (client) => client.createUser, request));
  }

  /** By name. */
  async list(options: CallOptions = {}): Promise<readonly User[]> {
    const users: User[] = [];
    let pageToken = '';
    do {
      const request = { name: '', pageSize: PAGE_SIZE, pageToken };
      const page = await askAny(this.deps, options, (client) => client.listUsers, request);
      users.push(...page.users.map(toUser));
      pageToken = page.nextPageToken;
    } while (pageToken !== '');
    return users;
  }

  /** NOT_FOUND. */
  async get(name: string, options: CallOptions = {}): Promise<User> {
    if (name === '') throw new FlowError('INVALID_ARGUMENT', 'the name of the user is missing');
    const { users } = await askAny(this.deps, options, (client) => client.listUsers, { name });
    return toUser(users[0] ?? {});
  }

  /** What was open with the former password is asked to show the new one. NOT_FOUND. */
  async setPassword(name: string, password: string, options: PasswordOptions = {}): Promise<User> {
    return await this.alter(name, options, {
      credentials: await credentialsOf(password, options.iterations),
    });
  }

  /** In the place of the roles that the user had. NOT_FOUND. */
  async setRoles(name: string, roles: readonly Role[], options: CallOptions = {}): Promise<User> {
    return await this.alter(name, options, { replaceRoles: true, roles: [...roles] });
  }

  /** NOT_FOUND. */
  async enable(name: string, options: CallOptions = {}): Promise<User> {
    return await this.alter(name, options, { state: 'enable' });
  }

  /** Connections that are open lose their access at once. NOT_FOUND. */
  async disable(name: string, options: CallOptions = {}): Promise<User> {
    return await this.alter(name, options, { state: 'disable' });
  }

  /** NOT_FOUND, PRECONDITION_FAILED (more than 1,000 grants). */
  async grant(name: string, grants: readonly Grant[], options: CallOptions = {}): Promise<User> {
    return await this.change({ name, add: grants.map(wireGrant), remove: [] }, options);
  }

  /** Grants that the user does not have are passed over. NOT_FOUND. */
  async revoke(name: string, grants: readonly Grant[], options: CallOptions = {}): Promise<User> {
    return await this.change({ name, add: [], remove: grants.map(wireGrant) }, options);
  }

  /** NOT_FOUND. */
  async delete(name: string, options: CallOptions = {}): Promise<void> {
    const request = { name, requestId: this.requestId() };
    await askAny(this.deps, options, (client) => client.deleteUser, request);
  }

  private async alter(
    name: string,
    options: CallOptions,
    change: flowmesh.v1.AlterUserRequest.$Properties,
  ): Promise<User> {
    const request = { ...change, name, requestId: this.requestId() };
    return toUser(await askAny(this.deps, options, (client) => client.alterUser, request));
  }

  private async change(
    change: flowmesh.v1.ChangeGrantsRequest.$Properties,
    options: CallOptions,
  ): Promise<User> {
    const request = { ...change, requestId: this.requestId() };
    return toUser(await askAny(this.deps, options, (client) => client.changeGrants, request));
  }

  private requestId(): string {
    return this.deps.surroundings.requestId();
  }
}

/** The keys of RFC 5802, for every mechanism. */
async function credentialsOf(
  password: string,
  iterations = ITERATIONS,
): Promise<flowmesh.v1.ScramCredential.$Properties[]> {
  if (password === '' || password.length > PASSWORD_CHARS_MAX)
    throw new FlowError('INVALID_ARGUMENT', `a password has 1 to ${PASSWORD_CHARS_MAX} characters`);
  if (!Number.isSafeInteger(iterations) || iterations < ITERATIONS_MIN)
    throw new FlowError('INVALID_ARGUMENT', `iterations must be ${ITERATIONS_MIN} or more`);
  return await Promise.all(
    MECHANISMS.map(async ({ mechanism, digest, bytes }) => {
      const salt = randomBytes(SALT_BYTES);
      const salted = await pbkdf2Async(Buffer.from(password), salt, iterations, bytes, digest);
      const key = (purpose: string): Buffer => createHmac(digest, salted).update(purpose).digest();
      const storedKey = createHash(digest).update(key('Client Key')).digest();
      return { mechanism, salt, iterations, storedKey, serverKey: key('Server Key') };
    }),
  );
}

function wireGrant({ match = 'literal', effect = 'allow', ...grant }: Grant): UserGrant {
  return { ...grant, match, effect };
}

function toUser(user: flowmesh.v1.UserInfo.$Properties): User {
  return {
    name: user.name ?? '',
    enabled: user.enabled ?? false,
    roles: [...(user.roles ?? [])],
    grants: (user.grants ?? []).map((grant) => ({
      resource: (grant.resource ?? 'stream') as Grant['resource'],
      name: grant.name ?? '',
      match: grant.match === 'prefix' ? 'prefix' : 'literal',
      operation: grant.operation as GrantOperation,
      effect: grant.effect === 'deny' ? 'deny' : 'allow',
    })),
    credentials: (user.credentials ?? []).map(({ mechanism, iterations }) => ({
      mechanism: mechanism ?? '',
      iterations: iterations ?? 0,
    })),
    createdAt: user.createdAtMs ?? 0,
  };
}
