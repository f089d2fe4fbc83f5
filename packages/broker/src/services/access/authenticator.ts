/**
 * Who somebody is. Users and their keys are those of the metadata, as this node has them at that moment: whoever is disabled, deleted
 * or given another password is not let in with what held before.
 *
 * An unknown user is treated as one with a password that nobody knows: with a salt and iterations that are always the same for the name, and
 * with the same work, so that attempts do not tell who exists. Every refusal says the same, and comes late.
 */
import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { FlowError } from '@flowmesh/base';
import type { Scheduler } from '@flowmesh/base';
import { SCRAM_MECHANISMS, USER_NAME } from '@flowmesh/engines';
import type { CatalogUser, ScramCredential, ScramMechanism } from '@flowmesh/engines';
import type { CatalogPort } from '../ports.ts';
import { keyBytesOf, passwordFits, readClientFirst, ScramExchange } from './scram.ts';

/** Who somebody turned out to be. */
export interface Principal {
  readonly name: string;
  /** Of the user, when this was found out: what is found out anew when the credentials have changed. */
  readonly proof: string;
}

export interface AuthenticatorPorts {
  readonly catalog: Pick<CatalogPort, 'machine'>;
  readonly scheduler: Scheduler;
  /** The secret of this node's local administrator; undefined where it has none. */
  readonly localToken: string | undefined;
}

/** Of whoever can read the node's own token: an administrator who is no user. No user's name has a colon. */
export const LOCAL_ADMIN = 'local:admin';
/** Guessing is slow, however many connections are used for it. */
export const REFUSAL_DELAY_MS = 500;
const ITERATIONS_OF_NOBODY = 8_192;
const REMEMBERED_MAX = 1_000;
const SERVER_NONCE_BYTES = 24;
/** Attempts that wait for their refusal; more are refused at once. */
const WAITING_MAX = 1_000;

export class Authenticator {
  private readonly ports: AuthenticatorPorts;
  /** Passwords that were found to fit, by a digest that means nothing outside of this process. */
  private readonly fitted = new Map<string, Principal>();
  private readonly memoryKey = randomBytes(32);
  private waiting = 0;

  constructor(ports: AuthenticatorPorts) {
    this.ports = ports;
  }

  /** UNAUTHENTICATED, late. */
  async password(name: string, password: string): Promise<Principal> {
    const remembered = this.remembered(name, password);
    if (remembered !== undefined) return remembered;
    const user = this.user(name);
    const credential = user?.credentials[0] ?? this.nobody(name, SCRAM_MECHANISMS[0]);
    const fits = await passwordFits(password, credential);
    if (!fits || user === undefined || !user.enabled) throw await this.refused();
    const principal = principalOf(user);
    this.fitted.set(this.digest(name, password), principal);
    for (const [oldest] of this.fitted) {
      if (this.fitted.size <= REMEMBERED_MAX) break;
      this.fitted.delete(oldest);
    }
    return principal;
  }

  /** Where the password was found to fit before, and the user has not changed since. */
  remembered(name: string, password: string): Principal | undefined {
    const principal = this.fitted.get(this.digest(name, password));
    return principal !== undefined && this.stillHolds(principal) ? principal : undefined;
  }

  /** The token of this node's local administrator. UNAUTHENTICATED, late. */
  async token(shown: string): Promise<Principal> {
    const { localToken } = this.ports;
    const sha = (text: string): Buffer => createHash('sha256').update(text).digest();
    if (localToken !== undefined && timingSafeEqual(sha(localToken), sha(shown)))
      return { name: LOCAL_ADMIN, proof: '' };
    throw await this.refused();
  }

  /** Whom a client certificate names: a user, who needs no password for it. Undefined where there is no such user. */
  certified(name: string): Principal | undefined {
    const user = this.user(name);
    return user?.enabled === true ? principalOf(user) : undefined;
  }

  /** The first step of SCRAM. UNAUTHENTICATED, late, where the message is none. */
  async scram(mechanism: ScramMechanism, message: string): Promise<ScramLogin> {
    const first = readClientFirst(message);
    if (first === undefined) throw await this.refused();
    const user = this.user(first.user);
    const own = user?.credentials.find((one) => one.mechanism === mechanism);
    const nonce = randomBytes(SERVER_NONCE_BYTES).toString('base64');
    const exchange = new ScramExchange(first, own ?? this.nobody(first.user, mechanism), nonce);
    return {
      user: first.user,
      challenge: exchange.challenge,
      finish: async (final) => {
        const answer = exchange.finish(final);
        const now = this.user(first.user);
        const kept = now?.credentials.some(({ storedKey }) => storedKey === own?.storedKey) ?? false;
        if (answer === undefined || now?.enabled !== true || !kept) throw await this.refused();
        return { principal: principalOf(now), answer };
      },
    };
  }

  /** False once the user is gone, disabled, or has other credentials. */
  stillHolds({ name, proof }: Principal): boolean {
    if (name === LOCAL_ADMIN) return true;
    const user = this.user(name);
    return user?.enabled === true && proofOf(user) === proof;
  }

  /** The same value as long as nothing about the user changes. */
  accessOf(name: string): object | undefined {
    return this.user(name);
  }

  private user(name: string): CatalogUser | undefined {
    return USER_NAME.test(name) ? this.ports.catalog.machine.user(name) : undefined;
  }

  /** The same for a name on every node: made of what nobody knows who may not look at the metadata. */
  private nobody(name: string, mechanism: ScramMechanism): ScramCredential {
    const { machine } = this.ports.catalog;
    const secret = [...machine.nodes()].map(({ uuid }) => uuid)[0] ?? '';
    const made = (purpose: string): Buffer =>
      createHmac('sha512', secret).update(`${purpose} ${mechanism} ${name}`).digest();
    const bytes = keyBytesOf(mechanism);
    return {
      mechanism,
      salt: made('salt').subarray(0, 16).toString('base64'),
      iterations: ITERATIONS_OF_NOBODY,
      storedKey: made('stored').subarray(0, bytes).toString('base64'),
      serverKey: made('server').subarray(0, bytes).toString('base64'),
    };
  }

  private digest(name: string, password: string): string {
    return createHmac('sha256', this.memoryKey).update(`${name}\0${password}`).digest('base64');
  }

  private async refused(): Promise<FlowError> {
    if (this.waiting < WAITING_MAX) {
      this.waiting++;
      await new Promise<void>((resolve) => void this.ports.scheduler.after(REFUSAL_DELAY_MS, resolve));
      this.waiting--;
    }
    return notKnown();
  }
}

export interface ScramLogin {
  readonly user: string;
  readonly challenge: string;
  /** The principal and the server's last message. UNAUTHENTICATED, late. */
  finish(final: string): Promise<{ readonly principal: Principal; readonly answer: string }>;
}

export function notKnown(): FlowError {
  return new FlowError('UNAUTHENTICATED', 'the user or the password is not right, or the user is disabled', {
    hint: 'Users are looked after with flowmesh-admin user list, set-password, enable.',
  });
}

function principalOf(user: CatalogUser): Principal {
  return { name: user.name, proof: proofOf(user) };
}

/** Different for every set of credentials, also of a user who was made again under the same name. */
function proofOf({ createdAtMs, credentials }: CatalogUser): string {
  return [createdAtMs, ...credentials.map(({ storedKey }) => storedKey)].join(' ');
}
