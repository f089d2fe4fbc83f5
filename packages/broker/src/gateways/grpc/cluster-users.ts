/** The calls of `flowmesh.v1.Cluster` about users. Keys go in and never out. */
import {
  GRANT_EFFECTS,
  GRANT_MATCHES,
  GRANT_NAME_LENGTH_MAX,
  GRANT_OPERATIONS,
  GRANT_RESOURCES,
  GRANTS_PER_USER_MAX,
  ROLES,
  SCRAM_ITERATIONS_MAX,
  SCRAM_ITERATIONS_MIN,
  SCRAM_MECHANISMS,
  USER_NAME,
} from '@flowmesh/engines';
import type { CatalogUser, Grant, ScramCredential } from '@flowmesh/engines';
import type { flowmesh } from '@flowmesh/proto';
import type { UserAdmin } from '../../services/access/user-admin.ts';
import type { CallContext } from './calls.ts';
import type { Sent } from './cluster-wire.ts';
import * as check from './request-checks.ts';

const STATES = ['', 'enable', 'disable'] as const;
const SALT_BYTES = { min: 8, max: 128 };

export async function createUser(
  users: UserAdmin,
  request: Sent<'CreateUserRequest'>,
  { caller, signal }: CallContext,
): Promise<flowmesh.v1.UserInfo.$Properties> {
  const created = await users.create({
    caller,
    signal,
    requestId: check.requestId(request.requestId),
    name: userName(request.name),
    roles: request.roles.map((role) => oneOf(role, 'roles', ROLES)),
    credentials: request.credentials.map(credentialOf),
  });
  return wireUser(created);
}

export async function alterUser(
  users: UserAdmin,
  request: Sent<'AlterUserRequest'>,
  { caller, signal }: CallContext,
): Promise<flowmesh.v1.UserInfo.$Properties> {
  const state = oneOf(request.state, 'state', STATES);
  const altered = await users.alter({
    caller,
    signal,
    requestId: check.requestId(request.requestId),
    name: userName(request.name),
    ...(request.replaceRoles ? { roles: request.roles.map((role) => oneOf(role, 'roles', ROLES)) } : {}),
    ...(state === '' ? {} : { enabled: state === 'enable' }),
    credentials: request.credentials.map(credentialOf),
    withoutCredentials: request.withoutCredentials.map((mechanism) =>
      oneOf(mechanism, 'without_credentials', SCRAM_MECHANISMS),
    ),
  });
  return wireUser(altered);
}

export async function changeGrants(
  users: UserAdmin,
  request: Sent<'ChangeGrantsRequest'>,
  { caller, signal }: CallContext,
): Promise<flowmesh.v1.UserInfo.$Properties> {
  if (request.add.length + request.remove.length > GRANTS_PER_USER_MAX)
    throw check.invalid('add', `has more than ${GRANTS_PER_USER_MAX} grants`);
  const changed = await users.changeGrants({
    caller,
    signal,
    requestId: check.requestId(request.requestId),
    name: userName(request.name),
    add: request.add.map(grantOf),
    remove: request.remove.map(grantOf),
  });
  return wireUser(changed);
}

export async function deleteUser(
  users: UserAdmin,
  request: Sent<'DeleteUserRequest'>,
  { caller, signal }: CallContext,
): Promise<flowmesh.v1.DeleteUserResponse.$Properties> {
  const requestId = check.requestId(request.requestId);
  await users.delete({ caller, signal, requestId, name: userName(request.name) });
  return {};
}

export async function listUsers(
  users: UserAdmin,
  request: Sent<'ListUsersRequest'>,
  { caller }: CallContext,
): Promise<flowmesh.v1.ListUsersResponse.$Properties> {
  if (request.name !== '') return { users: [wireUser(users.get(caller, request.name))] };
  const size = check.orDefault(request.pageSize, 'page_size', {
    min: 1,
    max: check.PAGE_SIZE_MAX,
    otherwise: check.PAGE_SIZE_DEFAULT,
  });
  const later = users.list(caller).filter(({ name }) => name > request.pageToken);
  const page = later.slice(0, size);
  const nextPageToken = later.length > size ? (page.at(-1)?.name ?? '') : '';
  return { users: page.map(wireUser), nextPageToken };
}

function userName(name: string): string {
  if (USER_NAME.test(name)) return name;
  throw check.invalid('name', 'is no user name: 1 to 100 of A-Z a-z 0-9 . _ @ + -, a letter or digit first');
}

function oneOf<T extends string>(value: string, field: string, choices: readonly T[]): T {
  const found = choices.find((choice) => choice === value);
  if (found === undefined)
    throw check.invalid(
      field,
      `has the unknown value ${value.slice(0, 100)}; there are ${choices.join(', ')}`,
    );
  return found;
}

function credentialOf(sent: flowmesh.v1.ScramCredential.$Properties): ScramCredential {
  const mechanism = oneOf(sent.mechanism ?? '', 'mechanism', SCRAM_MECHANISMS);
  const keyBytes = mechanism === 'SCRAM-SHA-256' ? 32 : 64;
  const bytes = (value: Uint8Array | undefined | null, field: string, range: typeof SALT_BYTES): string => {
    const length = value?.length ?? 0;
    if (length < range.min || length > range.max)
      throw check.invalid(field, `has ${length} bytes, allowed are ${range.min} to ${range.max}`);
    return Buffer.from(value ?? []).toString('base64');
  };
  const key = { min: keyBytes, max: keyBytes };
  return {
    mechanism,
    salt: bytes(sent.salt, 'salt', SALT_BYTES),
    iterations: check.integer(sent.iterations ?? 0, 'iterations', {
      min: SCRAM_ITERATIONS_MIN,
      max: SCRAM_ITERATIONS_MAX,
    }),
    storedKey: bytes(sent.storedKey, 'stored_key', key),
    serverKey: bytes(sent.serverKey, 'server_key', key),
  };
}

function grantOf(sent: flowmesh.v1.Grant.$Properties): Grant {
  const resource = oneOf(sent.resource ?? '', 'resource', GRANT_RESOURCES);
  const name = check.text(sent.name ?? '', 'name', { min: 1, max: GRANT_NAME_LENGTH_MAX });
  if (resource === 'cluster' && name !== '*') throw check.invalid('name', 'of the cluster is *');
  return {
    resource,
    name,
    match: oneOf(sent.match ?? '', 'match', GRANT_MATCHES),
    operation: oneOf(sent.operation ?? '', 'operation', GRANT_OPERATIONS),
    effect: oneOf(sent.effect ?? '', 'effect', GRANT_EFFECTS),
  };
}

function wireUser(user: CatalogUser): flowmesh.v1.UserInfo.$Properties {
  return {
    name: user.name,
    enabled: user.enabled,
    roles: [...user.roles],
    grants: user.grants.map((grant) => ({ ...grant })),
    credentials: user.credentials.map(({ mechanism, iterations }) => ({ mechanism, iterations })),
    createdAtMs: user.createdAtMs,
    changedRevision: user.changedRevision,
  };
}
