/**
 * How connections are secured, and who calls over them. A password or token goes over TLS or stays on this machine: a connection to elsewhere
 * that is in clear is refused before anything is sent.
 */
import { isIPv4 } from 'node:net';
import { FlowError } from '@flowmesh/base';
import {
  type ChannelCredentials,
  type ClientOptions,
  credentials,
  InterceptingCall,
  type Interceptor,
} from '@grpc/grpc-js';

/** PEM texts. */
export interface TlsOptions {
  /** Authorities to trust; default: those of the system. */
  readonly ca?: string | undefined;
  /** This client's own certificate and its key, where nodes ask for one. */
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
}

/** Plain values, since they are handed to a thread. */
export interface SecurityOptions {
  /** True: TLS with the authorities of the system. */
  readonly tls?: TlsOptions | boolean | undefined;
  readonly user?: string | undefined;
  readonly password?: string | undefined;
  /** Of a node's local administrator, instead of user and password. */
  readonly token?: string | undefined;
}

export interface ChannelSecurity {
  readonly credentials: ChannelCredentials;
  readonly options: ClientOptions;
}

/** Of connections to this address. INVALID_ARGUMENT where it would send a secret in clear. */
export function channelSecurity(address: string, security: SecurityOptions): ChannelSecurity {
  const { tls = false } = security;
  const authorization = authorizationOf(security);
  if (tls === false && authorization !== undefined && !isLoopback(address)) {
    throw new FlowError('INVALID_ARGUMENT', `a password would go to ${address} in clear`, {
      hint: 'Use TLS: connect({ tls: { ca } }), --tls-ca FILE, or --tls for a certificate that the system trusts.',
    });
  }
  return {
    credentials: tls === false ? credentials.createInsecure() : tlsCredentials(tls === true ? {} : tls),
    options: authorization === undefined ? {} : { interceptors: [saying(authorization)] },
  };
}

function authorizationOf({ user, password, token }: SecurityOptions): string | undefined {
  if (token !== undefined) return `Bearer ${token}`;
  if (user === undefined) return undefined;
  if (password === undefined) {
    throw new FlowError('INVALID_ARGUMENT', `the password of user ${user} is missing`, {
      hint: 'Give it: connect({ user, password }), --password-file FILE, or FLOWMESH_PASSWORD.',
    });
  }
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
}

function tlsCredentials({ ca, cert, key }: TlsOptions): ChannelCredentials {
  const pem = (text: string | undefined): Buffer | undefined =>
    text === undefined ? undefined : Buffer.from(text);
  return credentials.createSsl(pem(ca), pem(key), pem(cert));
}

function saying(authorization: string): Interceptor {
  return (options, next) =>
    new InterceptingCall(next(options), {
      start: (metadata, listener, proceed) => {
        metadata.set('authorization', authorization);
        proceed(metadata, listener);
      },
    });
}

function isLoopback(address: string): boolean {
  const host = address
    .slice(0, address.lastIndexOf(':'))
    .replace(/^\[|\]$/g, '')
    .toLowerCase();
  return host === 'localhost' || host === '::1' || (isIPv4(host) && host.startsWith('127.'));
}
