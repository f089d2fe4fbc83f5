/** Users: created, changed, given grants and deleted. What a repetition would change again it leaves as it is. */
import { FlowError } from '@flowmesh/base';
import type { AlterUser, ChangeGrants, CreateUser, DeleteUser } from './catalog-command.ts';
import type { CatalogState } from './catalog-state.ts';
import type { CatalogUser, Grant, Role, ScramCredential } from './access-types.ts';
import { grantKey, GRANTS_PER_USER_MAX, ROLES, SCRAM_MECHANISMS, USERS_MAX } from './access-types.ts';
import type { Decision } from './decision.ts';
import { accept, precondition } from './decision.ts';

export function createUser(state: CatalogState, command: CreateUser, revision: number): Decision {
  const { name, roles, credentials, timeMs } = command;
  if (state.user(name) !== undefined) {
    return new FlowError('ALREADY_EXISTS', `there is a user ${name} already`, {
      hint: `See flowmesh-admin user describe ${name}.`,
    });
  }
  if (state.users().length >= USERS_MAX)
    return precondition(`there are ${USERS_MAX} users`, 'Delete some that are not needed.');
  const user: CatalogUser = {
    name,
    enabled: true,
    roles: ordered(roles),
    grants: [],
    credentials: merged([], credentials),
    createdAtMs: timeMs,
    changedRevision: revision,
  };
  return accept({ kind: 'user-created', name, revision }, [{ kind: 'put-user', user }]);
}

export function alterUser(state: CatalogState, command: AlterUser, revision: number): Decision {
  const { name, roles, enabled, credentials = [], withoutCredentials = [] } = command;
  const user = state.user(name);
  if (user === undefined) return noUser(name);
  const kept = user.credentials.filter(({ mechanism }) => !withoutCredentials.includes(mechanism));
  const changed: CatalogUser = {
    ...user,
    enabled: enabled ?? user.enabled,
    roles: roles === undefined ? user.roles : ordered(roles),
    credentials: merged(kept, credentials),
    changedRevision: revision,
  };
  return accept({ kind: 'user-altered', name, revision }, [{ kind: 'put-user', user: changed }]);
}

export function changeGrants(state: CatalogState, command: ChangeGrants, revision: number): Decision {
  const { name, add, remove } = command;
  const user = state.user(name);
  if (user === undefined) return noUser(name);
  const grants = new Map(user.grants.map((grant) => [grantKey(grant), grant]));
  for (const grant of remove) grants.delete(grantKey(grant));
  for (const grant of add) grants.set(grantKey(grant), grant);
  if (grants.size > GRANTS_PER_USER_MAX) {
    return precondition(
      `user ${name} would have ${grants.size} grants; ${GRANTS_PER_USER_MAX} are allowed`,
      'Give grants by prefix, or a role.',
    );
  }
  const sorted = [...grants].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, grant]) => grant);
  const reply = { kind: 'grants-changed', name, revision } as const;
  if (sameGrants(user.grants, sorted)) return accept(reply);
  return accept(reply, [{ kind: 'put-user', user: { ...user, grants: sorted, changedRevision: revision } }]);
}

export function deleteUser(state: CatalogState, command: DeleteUser, revision: number): Decision {
  const { name } = command;
  if (state.user(name) === undefined) return noUser(name);
  return accept({ kind: 'user-deleted', name, revision }, [{ kind: 'remove-user', name }]);
}

function noUser(name: string): FlowError {
  return new FlowError('NOT_FOUND', `there is no user ${name}`, {
    hint: `See flowmesh-admin user list, or make it: flowmesh-admin user create ${name}`,
  });
}

function ordered(roles: readonly Role[]): readonly Role[] {
  return ROLES.filter((role) => roles.includes(role));
}

/** The later one of a mechanism counts. */
function merged(
  kept: readonly ScramCredential[],
  given: readonly ScramCredential[],
): readonly ScramCredential[] {
  const byMechanism = new Map([...kept, ...given].map((credential) => [credential.mechanism, credential]));
  return SCRAM_MECHANISMS.flatMap((mechanism) => byMechanism.get(mechanism) ?? []);
}

function sameGrants(before: readonly Grant[], after: readonly Grant[]): boolean {
  const keys = before.map(grantKey);
  return keys.length === after.length && after.every((grant, i) => grantKey(grant) === keys[i]);
}
