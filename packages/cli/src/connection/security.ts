/** Who calls, and over what: `--user` and `--password-file`, `--token-file`, `--tls…`, or the FLOWMESH_ variables of the same names. */
import { readFileSync } from 'node:fs';
import { FlowError, type SecurityOptions } from '@flowmesh/client';
import type { CliEnvironment } from '../environment.ts';

export interface SecurityChoice {
  readonly user?: string | undefined;
  readonly passwordFile?: string | undefined;
  readonly tokenFile?: string | undefined;
  readonly tls?: boolean | undefined;
  readonly tlsCa?: string | undefined;
  readonly tlsCert?: string | undefined;
  readonly tlsKey?: string | undefined;
}

export function resolveSecurity({ variables }: CliEnvironment, choice: SecurityChoice): SecurityOptions {
  const given = (option: string | undefined, variable: string): string | undefined =>
    option ?? (variables[variable] === '' ? undefined : variables[variable]);
  const text = (file: string | undefined): string | undefined =>
    file === undefined ? undefined : readSecretFile(file);
  const ca = text(given(choice.tlsCa, 'FLOWMESH_TLS_CA'));
  const cert = text(given(choice.tlsCert, 'FLOWMESH_TLS_CERT'));
  const key = text(given(choice.tlsKey, 'FLOWMESH_TLS_KEY'));
  const own = ca !== undefined || cert !== undefined;
  const tls = own ? { ca, cert, key } : (choice.tls ?? variables['FLOWMESH_TLS'] === 'true');
  const token = text(given(choice.tokenFile, 'FLOWMESH_TOKEN_FILE'));
  if (token !== undefined) return { tls, token };
  const password =
    choice.passwordFile === undefined
      ? (given(undefined, 'FLOWMESH_PASSWORD') ?? text(given(undefined, 'FLOWMESH_PASSWORD_FILE')))
      : text(choice.passwordFile);
  return { tls, user: given(choice.user, 'FLOWMESH_USER'), password };
}

/** Without the end of its last line. */
export function readSecretFile(file: string): string {
  try {
    return readFileSync(file, 'utf8').replace(/\r?\n$/, '');
  } catch (cause) {
    throw new FlowError('CONFIG_INVALID', `cannot read ${file}`, {
      hint: 'Name a file that you may read.',
      cause,
    });
  }
}
