/**
 * Who calls, before anything else is done with a call: `authorization: Basic …` of a user, `Bearer …` of the node's local administrator, or
 * the common name of a client certificate. Secrets are taken over TLS and on this machine alone. Handlers find the name in the metadata,
 * where no client can put one. Health may be asked for by anybody.
 */
import { FlowError } from '@flowmesh/base';
import {
  type Metadata,
  type ServerInterceptingCallInterface,
  ServerInterceptingCall,
  type ServerInterceptor,
} from '@grpc/grpc-js';
import { isLoopback } from '../../config/check.ts';
import type { Authenticator, Principal } from '../../services/access/authenticator.ts';
import { notKnown } from '../../services/access/authenticator.ts';
import { asFlowError, statusOf } from './errors.ts';

const PRINCIPAL = 'flowmesh-principal';
const OPEN_TO_ALL = '/grpc.health.v1.Health/';
const SECRET_CHARS_MAX = 4_096;

/** `onRefused` hears of every call that was refused because of who made it. */
export function authentication(
  authenticator: Authenticator,
  onRefused: (error: FlowError, address: string) => void,
): ServerInterceptor {
  return (method, call) => {
    if (method.path.startsWith(OPEN_TO_ALL)) return new ServerInterceptingCall(call);
    return new ServerInterceptingCall(call, {
      start: (next) =>
        next({
          onReceiveMetadata: (metadata, proceed) => {
            const enter = (principal: Principal): void => {
              metadata.remove('authorization');
              metadata.set(PRINCIPAL, principal.name);
              proceed(metadata);
            };
            const refuse = (thrown: unknown): void => {
              const error = asFlowError(thrown);
              onRefused(error, call.getPeer());
              call.sendStatus(statusOf(error));
            };
            const known = remembered(authenticator, metadata);
            if (known !== undefined && isPrivate(call)) enter(known);
            else identify(authenticator, metadata, call).then(enter, refuse);
          },
        }),
    });
  };
}

/** As it was found out; undefined where nobody has to say who they are. */
export function principalIn(metadata: Metadata): string | undefined {
  const [name] = metadata.get(PRINCIPAL);
  return name === undefined ? undefined : String(name);
}

interface BasicCredentials {
  readonly user: string;
  readonly password: string;
}

function remembered(authenticator: Authenticator, metadata: Metadata): Principal | undefined {
  const basic = basicOf(metadata);
  return basic === undefined ? undefined : authenticator.remembered(basic.user, basic.password);
}

async function identify(
  authenticator: Authenticator,
  metadata: Metadata,
  call: ServerInterceptingCallInterface,
): Promise<Principal> {
  const shown = authorizationIn(metadata);
  if (shown === undefined) {
    const name = call.getAuthContext().sslPeerCertificate?.subject?.CN;
    const certified = typeof name === 'string' ? authenticator.certified(name) : undefined;
    if (certified !== undefined) return certified;
    throw new FlowError('UNAUTHENTICATED', 'this cluster asks who is calling, and the call does not say it', {
      hint: 'Give a user and a password: --user NAME --password-file FILE, or FLOWMESH_USER and FLOWMESH_PASSWORD.',
    });
  }
  if (!isPrivate(call)) {
    throw new FlowError(
      'UNAUTHENTICATED',
      'a password came over the network in clear, and is not looked at',
      {
        hint: 'Use TLS (listeners.grpc.tls, --tls-ca FILE), and change the password: flowmesh-admin user set-password.',
      },
    );
  }
  if (shown.startsWith('Bearer ')) return await authenticator.token(shown.slice('Bearer '.length));
  const basic = basicOf(metadata);
  if (basic === undefined) throw notKnown();
  return await authenticator.password(basic.user, basic.password);
}

function authorizationIn(metadata: Metadata): string | undefined {
  const [value] = metadata.get('authorization');
  return typeof value === 'string' && value.length <= SECRET_CHARS_MAX ? value : undefined;
}

function basicOf(metadata: Metadata): BasicCredentials | undefined {
  const value = authorizationIn(metadata);
  if (value === undefined || !value.startsWith('Basic ')) return undefined;
  const text = Buffer.from(value.slice('Basic '.length), 'base64').toString();
  const colon = text.indexOf(':');
  return colon === -1 ? undefined : { user: text.slice(0, colon), password: text.slice(colon + 1) };
}

function isPrivate(call: ServerInterceptingCallInterface): boolean {
  if (call.getAuthContext().transportSecurityType === 'ssl') return true;
  const peer = call.getPeer();
  return isLoopback(peer.slice(0, peer.lastIndexOf(':')));
}
