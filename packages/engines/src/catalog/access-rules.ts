/**
 * Whether a user may do something. Denied unless something allows it; a grant that denies wins over all that allow, but not over the role
 * of an administrator, who could take it away.
 */
import type { CatalogUser, Grant, GrantOperation, GrantResource, Role } from './access-types.ts';

export interface Access {
  readonly resource: GrantResource;
  /** Undefined: any one of them will do. */
  readonly name: string | undefined;
  readonly operation: GrantOperation;
}

/** What is allowed along with another operation. */
const IMPLIES: Partial<Record<GrantOperation, readonly GrantOperation[]>> = {
  describe: ['read', 'write', 'delete', 'alter'],
  'describe-configs': ['alter-configs'],
};

export function mayAccess(user: CatalogUser, access: Access): boolean {
  if (!user.enabled) return false;
  if (user.roles.includes('admin')) return true;
  const fitting = user.grants.filter((grant) => fits(grant, access));
  const denied = fitting.some(
    (grant) => grant.effect === 'deny' && covers(grant.operation, access.operation, false),
  );
  if (denied) return false;
  return (
    user.roles.some((role) => roleAllows(role, access)) ||
    fitting.some((grant) => grant.effect === 'allow' && covers(grant.operation, access.operation, true))
  );
}

function fits(grant: Grant, { resource, name }: Access): boolean {
  if (grant.resource !== resource) return false;
  if (grant.match === 'literal' && grant.name === '*') return true;
  // A grant that denies some of them denies no other.
  if (name === undefined) return grant.effect === 'allow';
  return grant.match === 'literal' ? grant.name === name : name.startsWith(grant.name);
}

function covers(granted: GrantOperation, asked: GrantOperation, implied: boolean): boolean {
  if (granted === 'all' || granted === asked) return true;
  return implied && (IMPLIES[asked]?.includes(granted) ?? false);
}

function roleAllows(role: Role, { resource, operation }: Access): boolean {
  switch (role) {
    case 'admin':
      return true;
    case 'producer':
      return operation === 'idempotent-write'
        ? resource === 'cluster'
        : holds(resource, ['stream', 'queue', 'bucket', 'transaction']) &&
            holds(operation, ['write', 'describe']);
    case 'consumer':
      return (
        holds(resource, ['stream', 'queue', 'bucket', 'group']) && holds(operation, ['read', 'describe'])
      );
  }
}

function holds<T extends string>(value: T, among: readonly T[]): boolean {
  return among.includes(value);
}
