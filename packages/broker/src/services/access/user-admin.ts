/** Users as operators look after them. Whoever may change the cluster may change them; keys are never told. */
import { FlowError } from '@flowmesh/base';
import type { CatalogUser, Grant, Role, ScramCredential, ScramMechanism } from '@flowmesh/engines';
import type { Caller } from '../ports.ts';
import { callerName, pass, propose } from '../cluster/admin-ports.ts';
import type { AdminPorts, Change } from '../cluster/admin-ports.ts';

export interface UserChange {
  readonly roles?: readonly Role[];
  readonly enabled?: boolean;
  readonly credentials: readonly ScramCredential[];
  readonly withoutCredentials: readonly ScramMechanism[];
}

export class UserAdmin {
  private readonly ports: Pick<AdminPorts, 'catalog' | 'door' | 'clock'>;

  constructor(ports: Pick<AdminPorts, 'catalog' | 'door' | 'clock'>) {
    this.ports = ports;
  }

  /** ALREADY_EXISTS. */
  async create(
    change: Change & {
      readonly name: string;
      readonly roles: readonly Role[];
      readonly credentials: readonly ScramCredential[];
    },
  ): Promise<CatalogUser> {
    const { name, roles, credentials, signal } = change;
    const command = { kind: 'create-user', ...this.admit(change), name, roles, credentials } as const;
    await propose(this.ports.catalog, command, 'user-created', signal);
    return this.find(name);
  }

  /** NOT_FOUND. */
  async alter(change: Change & UserChange & { readonly name: string }): Promise<CatalogUser> {
    const { name, roles, enabled, credentials, withoutCredentials, signal } = change;
    const command = {
      kind: 'alter-user',
      ...this.admit(change),
      name,
      ...(roles === undefined ? {} : { roles }),
      ...(enabled === undefined ? {} : { enabled }),
      ...(credentials.length === 0 ? {} : { credentials }),
      ...(withoutCredentials.length === 0 ? {} : { withoutCredentials }),
    } as const;
    await propose(this.ports.catalog, command, 'user-altered', signal);
    return this.find(name);
  }

  /** NOT_FOUND, PRECONDITION_FAILED (too many grants). */
  async changeGrants(
    change: Change & {
      readonly name: string;
      readonly add: readonly Grant[];
      readonly remove: readonly Grant[];
    },
  ): Promise<CatalogUser> {
    const { name, add, remove, signal } = change;
    const command = { kind: 'change-grants', ...this.admit(change), name, add, remove } as const;
    await propose(this.ports.catalog, command, 'grants-changed', signal);
    return this.find(name);
  }

  /** NOT_FOUND. */
  async delete(change: Change & { readonly name: string }): Promise<void> {
    const { name, signal } = change;
    const command = { kind: 'delete-user', ...this.admit(change), name } as const;
    await propose(this.ports.catalog, command, 'user-deleted', signal);
  }

  /** By name. */
  list(caller: Caller): readonly CatalogUser[] {
    pass(this.ports.door, caller, 'cluster', 'users');
    return this.ports.catalog.machine.users();
  }

  /** NOT_FOUND. */
  get(caller: Caller, name: string): CatalogUser {
    pass(this.ports.door, caller, 'cluster', 'users');
    return this.find(name);
  }

  private admit({ caller, requestId }: Change): {
    readonly requestId: string;
    readonly timeMs: number;
    readonly by: string;
  } {
    pass(this.ports.door, caller, 'cluster-admin', 'users');
    return { requestId, timeMs: this.ports.clock.wallMs(), by: callerName(caller) };
  }

  private find(name: string): CatalogUser {
    const user = this.ports.catalog.machine.user(name);
    if (user !== undefined) return user;
    throw new FlowError('NOT_FOUND', `there is no user ${name}`, {
      hint: `See flowmesh-admin user list, or make it: flowmesh-admin user create ${name}`,
    });
  }
}
