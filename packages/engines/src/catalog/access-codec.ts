/** The fields of commands about users. Part of `command-codec.ts`. */
import type { CatalogCommand, Common } from './catalog-command.ts';
import type { Grant, Role, ScramCredential } from './access-types.ts';
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
} from './access-types.ts';
import type { Fields } from './fields.ts';

const SALT_OR_KEY = /^[A-Za-z0-9+/]{16,172}={0,2}$/;

export function accessCommand(kind: string, common: Common, fields: Fields): CatalogCommand | undefined {
  const name = () => fields.pattern('name', USER_NAME);
  switch (kind) {
    case 'create-user':
      return { kind, ...common, name: name(), roles: roles(fields), credentials: credentials(fields) };
    case 'alter-user':
      return {
        kind,
        ...common,
        name: name(),
        ...fields.optional('roles', () => roles(fields)),
        ...fields.optional('enabled', () => fields.boolean('enabled')),
        ...fields.optional('credentials', () => credentials(fields)),
        ...fields.optional('withoutCredentials', () =>
          fields.choices('withoutCredentials', SCRAM_MECHANISMS),
        ),
      };
    case 'change-grants':
      return { kind, ...common, name: name(), add: grants(fields, 'add'), remove: grants(fields, 'remove') };
    case 'delete-user':
      return { kind, ...common, name: name() };
  }
  return undefined;
}

function roles(fields: Fields): readonly Role[] {
  return fields.choices('roles', ROLES);
}

function credentials(fields: Fields): readonly ScramCredential[] {
  return fields.objects('credentials', 0, SCRAM_MECHANISMS.length).map((one) => ({
    mechanism: one.choice('mechanism', SCRAM_MECHANISMS),
    salt: one.pattern('salt', SALT_OR_KEY),
    iterations: one.integer('iterations', SCRAM_ITERATIONS_MIN, SCRAM_ITERATIONS_MAX),
    storedKey: one.pattern('storedKey', SALT_OR_KEY),
    serverKey: one.pattern('serverKey', SALT_OR_KEY),
  }));
}

function grants(fields: Fields, key: string): readonly Grant[] {
  return fields.objects(key, 0, GRANTS_PER_USER_MAX).map((one) => ({
    resource: one.choice('resource', GRANT_RESOURCES),
    name: one.text('name', 1, GRANT_NAME_LENGTH_MAX),
    match: one.choice('match', GRANT_MATCHES),
    operation: one.choice('operation', GRANT_OPERATIONS),
    effect: one.choice('effect', GRANT_EFFECTS),
  }));
}
