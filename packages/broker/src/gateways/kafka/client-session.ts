/**
 * Who is at the other end of a connection, and how far the SASL exchange has come.
 *
 *   anonymous ─ SaslHandshake ─► chosen ─ SaslAuthenticate (once for PLAIN, twice for SCRAM) ─► authenticated
 *       ▲                          └─ refused, late ─► closed                                       │ SaslHandshake: again (KIP-368)
 *       └── who came with a client certificate that names a user begins as authenticated            └─ revoked, or the session is over ─► closed
 *
 * Where nobody has to say who they are, everybody is authenticated as nobody. Passwords themselves (PLAIN) are taken over TLS and on this
 * machine alone.
 */
import { FlowError } from '@flowmesh/base';
import type { Clock } from '@flowmesh/base';
import { SCRAM_MECHANISMS } from '@flowmesh/engines';
import type { ScramMechanism } from '@flowmesh/engines';
import type { Authenticator, Principal, ScramLogin } from '../../services/access/authenticator.ts';
import type { Caller } from '../../services/ports.ts';

export type SaslMechanism = 'PLAIN' | ScramMechanism;

/** Undefined where nobody has to say who they are. */
export interface SessionSecurity {
  readonly authenticator: Authenticator;
  readonly clock: Clock;
  /** A client has to authenticate again before so long; 0: never. */
  readonly lifetimeMs: number;
}

export interface SaslStep {
  readonly bytes: Uint8Array;
  readonly lifetimeMs: number;
}

type State =
  | { readonly kind: 'anonymous' }
  | { readonly kind: 'chosen'; readonly mechanism: SaslMechanism; readonly raw: boolean }
  | { readonly kind: 'challenged'; readonly login: ScramLogin; readonly raw: boolean }
  | { readonly kind: 'authenticated' };

const PLAIN_BYTES_MAX = 4_096;

export class ClientSession {
  caller: Caller;
  private readonly security: SessionSecurity | undefined;
  private readonly private: boolean;
  private state: State = { kind: 'anonymous' };
  private principal: Principal | undefined;
  private endsAtMs = Number.POSITIVE_INFINITY;
  private failed = false;

  /** `isPrivate`: over TLS, or on this machine. */
  constructor(caller: Caller, isPrivate: boolean, security: SessionSecurity | undefined) {
    this.caller = caller;
    this.private = isPrivate;
    this.security = security;
  }

  get mechanisms(): readonly SaslMechanism[] {
    if (this.security === undefined) return [];
    return this.private ? ['PLAIN', ...SCRAM_MECHANISMS] : SCRAM_MECHANISMS;
  }

  /** Tokens of SASL follow without being requests. */
  get raw(): boolean {
    return (this.state.kind === 'chosen' || this.state.kind === 'challenged') && this.state.raw;
  }

  /** The client has said who it is. */
  get known(): boolean {
    return this.principal !== undefined;
  }

  /** A login was refused: the connection ends with the answer. */
  get over(): boolean {
    return this.failed;
  }

  /** Why a request that is no step of authentication is not taken; undefined where it is. The connection ends with it. */
  refusal(): FlowError | undefined {
    const { security, principal } = this;
    if (security === undefined) return undefined;
    if (principal === undefined)
      return unauthenticated('the client asks for something before it has said who it is');
    if (!security.authenticator.stillHolds(principal))
      return unauthenticated(`user ${principal.name} was disabled, deleted or given another password`);
    if (security.clock.monotonicMs() >= this.endsAtMs)
      return unauthenticated('the session is over, and the client has not authenticated again');
    return undefined;
  }

  /** The client certificate named a user. */
  certified(principal: Principal): void {
    this.become(principal);
  }

  /** False where the mechanism is not offered. */
  handshake(mechanism: string, raw: boolean): boolean {
    const found = this.mechanisms.find((one) => one === mechanism);
    if (found === undefined) return false;
    this.state = { kind: 'chosen', mechanism: found, raw };
    return true;
  }

  /** The next step. UNAUTHENTICATED, late; PRECONDITION_FAILED where no mechanism was chosen. */
  async step(token: Uint8Array): Promise<SaslStep> {
    const { security, state } = this;
    if (security === undefined || state.kind === 'anonymous' || state.kind === 'authenticated') {
      throw new FlowError('PRECONDITION_FAILED', 'no SASL mechanism was chosen', {
        hint: 'Clients send SaslHandshake before SaslAuthenticate.',
      });
    }
    this.state = { kind: 'anonymous' };
    this.failed = true;
    const answer = await this.attempt(state, security, token);
    this.failed = false;
    return answer;
  }

  private async attempt(
    state: Extract<State, { kind: 'chosen' | 'challenged' }>,
    security: SessionSecurity,
    token: Uint8Array,
  ): Promise<SaslStep> {
    const text = Buffer.from(token.subarray(0, PLAIN_BYTES_MAX)).toString();
    if (state.kind === 'challenged') {
      const { principal, answer } = await state.login.finish(text);
      return this.done(principal, Buffer.from(answer));
    }
    if (state.mechanism === 'PLAIN') return this.done(await this.plain(text, security), new Uint8Array(0));
    const login = await security.authenticator.scram(state.mechanism, text);
    this.state = { kind: 'challenged', login, raw: state.raw };
    return { bytes: Buffer.from(login.challenge), lifetimeMs: 0 };
  }

  private async plain(text: string, { authenticator }: SessionSecurity): Promise<Principal> {
    const [acting = '', name = '', password = '', ...rest] = text.split('\0');
    // Another user than the one whose password it is cannot be acted as.
    const wrong = rest.length > 0 || (acting !== '' && acting !== name);
    return await authenticator.password(wrong ? '' : name, password);
  }

  private done(principal: Principal, bytes: Uint8Array): SaslStep {
    const before = this.principal;
    if (before !== undefined && before.name !== principal.name)
      throw unauthenticated('a connection cannot become that of another user');
    return { bytes, lifetimeMs: this.become(principal) };
  }

  private become(principal: Principal): number {
    const { lifetimeMs = 0, clock } = this.security ?? {};
    this.principal = principal;
    this.caller = { ...this.caller, principal: principal.name };
    this.state = { kind: 'authenticated' };
    if (lifetimeMs > 0 && clock !== undefined) this.endsAtMs = clock.monotonicMs() + lifetimeMs;
    return lifetimeMs;
  }
}

function unauthenticated(message: string): FlowError {
  return new FlowError('UNAUTHENTICATED', message, {
    hint: 'Give the client a user and a password (sasl.mechanism SCRAM-SHA-256): flowmesh-admin user create',
  });
}
