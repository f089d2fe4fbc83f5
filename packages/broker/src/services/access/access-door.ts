/**
 * The door of a cluster with users: who is nobody is let through for nothing, who is somebody for what roles and grants allow. It looks at
 * the metadata with every call, so that what is revoked is denied on connections that are open.
 */
import { FlowError } from '@flowmesh/base';
import type { Access, CatalogUser } from '@flowmesh/engines';
import { mayAccess } from '@flowmesh/engines';
import type { Action, Caller, CatalogPort, Door } from '../ports.ts';
import { LOCAL_ADMIN } from './authenticator.ts';

const KINDS = ['stream', 'queue', 'bucket', 'group', 'transaction'] as const;
/** Decisions that are remembered for one state of one user. */
const REMEMBERED_MAX = 1_000;

/** Where users are found. */
interface UserBook {
  readonly machine: Pick<CatalogPort['machine'], 'user'>;
}

export class AccessDoor implements Door {
  private readonly catalog: UserBook;
  /** A changed user is another value. */
  private readonly decided = new WeakMap<CatalogUser, Map<string, boolean>>();

  constructor(catalog: UserBook) {
    this.catalog = catalog;
  }

  authorise(caller: Caller, action: Action, resource: string): FlowError | undefined {
    const { principal } = caller;
    if (principal === undefined) return caller.protocol === 'internal' ? undefined : unknownCaller();
    if (principal === LOCAL_ADMIN) return undefined;
    const user = this.catalog.machine.user(principal);
    if (user === undefined || !user.enabled) return unknownCaller();
    return this.allows(user, action, resource) ? undefined : denied(user, action, resource);
  }

  charge(): undefined {
    return undefined;
  }

  private allows(user: CatalogUser, action: Action, resource: string): boolean {
    let decisions = this.decided.get(user);
    if (decisions === undefined) {
      decisions = new Map();
      this.decided.set(user, decisions);
    }
    const key = `${action} ${resource}`;
    const known = decisions.get(key);
    if (known !== undefined) return known;
    if (decisions.size >= REMEMBERED_MAX) decisions.clear();
    const access = accessOf(action, resource);
    const allowed = mayAccess(user, access) || createsAnywhere(user, action) || altersAnyway(user, access);
    decisions.set(key, allowed);
    return allowed;
  }
}

/** As in Kafka, who may create in the cluster may create under any name. */
function createsAnywhere(user: CatalogUser, action: Action): boolean {
  return action === 'create' && mayAccess(user, { resource: 'cluster', name: '*', operation: 'create' });
}

/** Who may alter something may see and set its configuration, too; Kafka has rights of their own for that. */
function altersAnyway(user: CatalogUser, access: Access): boolean {
  if (access.operation !== 'describe-configs' && access.operation !== 'alter-configs') return false;
  return mayAccess(user, { ...access, operation: 'alter' });
}

/** `resource`: a name, with its kind before it (`queue:orders`) where that does not follow from the action and it is no stream. */
export function accessOf(action: Action, resource: string): Access {
  const { kind, name } = splitKind(resource);
  switch (action) {
    case 'create':
    case 'alter':
    case 'delete':
    case 'describe':
      return { resource: kind, name, operation: action };
    case 'describe-configs':
    case 'alter-configs':
      return name === ''
        ? { resource: 'cluster', name: '*', operation: action }
        : { resource: kind, name, operation: action };
    case 'append':
      return { resource: 'stream', name: name === '' ? undefined : name, operation: 'write' };
    case 'read':
      return { resource: 'stream', name, operation: 'read' };
    case 'truncate':
      return { resource: 'stream', name, operation: 'delete' };
    case 'enqueue':
      return { resource: 'queue', name, operation: 'write' };
    case 'receive':
      return { resource: 'queue', name, operation: 'read' };
    case 'group':
      return { resource: 'group', name: resource, operation: 'read' };
    case 'transaction':
      return { resource: 'transaction', name: resource, operation: 'write' };
    case 'kv-read':
      return { resource: 'bucket', name, operation: 'read' };
    case 'kv-write':
      return { resource: 'bucket', name, operation: 'write' };
    case 'cluster':
      return { resource: 'cluster', name: '*', operation: 'describe' };
    case 'cluster-admin':
      return { resource: 'cluster', name: '*', operation: 'alter' };
  }
}

function splitKind(resource: string): { readonly kind: (typeof KINDS)[number]; readonly name: string } {
  const kind = KINDS.find((one) => resource.startsWith(`${one}:`));
  return kind === undefined
    ? { kind: 'stream', name: resource }
    : { kind, name: resource.slice(kind.length + 1) };
}

function unknownCaller(): FlowError {
  return new FlowError(
    'UNAUTHENTICATED',
    'this cluster asks who is calling, and the caller has not said it',
    {
      hint: 'Give a user and a password: --user NAME --password-file FILE, or FLOWMESH_USER and FLOWMESH_PASSWORD.',
    },
  );
}

function denied(user: CatalogUser, action: Action, resource: string): FlowError {
  const { resource: kind, name = '*', operation } = accessOf(action, resource);
  const option = kind === 'cluster' ? '--cluster' : `--${kind} '${name}'`;
  const what = kind === 'cluster' ? 'the cluster' : `${kind} ${name}`;
  return new FlowError('PERMISSION_DENIED', `user ${user.name} may not ${operation} ${what}`, {
    hint: `An administrator can allow it: flowmesh-admin user grant ${user.name} ${operation} ${option}`,
    details: { resource: kind, operation },
  });
}
