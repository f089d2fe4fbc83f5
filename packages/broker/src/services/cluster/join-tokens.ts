/**
 * Join tokens: `fmjt_<id>_<secret>`, made here. Only the secret's SHA-256 goes to the metadata; the token itself is shown once. A repeated
 * request gets the same token from the node that made it, as long as that one remembers.
 */
import { createHash } from 'node:crypto';
import { FlowError } from '@flowmesh/base';
import { joinTokenState } from '@flowmesh/engines';
import type { JoinToken, JoinTokenState } from '@flowmesh/engines';
import type { Caller } from '../ports.ts';
import { callerName, pass, propose } from './admin-ports.ts';
import type { AdminPorts, Change } from './admin-ports.ts';

export interface TokenView {
  readonly token: JoinToken;
  readonly state: JoinTokenState;
}

export interface NewToken {
  readonly id: string;
  readonly token: string;
  readonly expiresAtMs: number;
}

export interface JoinTokenPorts extends Pick<AdminPorts, 'catalog' | 'door' | 'clock'> {
  /** Random bytes, fit for secrets. */
  readonly randomBytes: (count: number) => Uint8Array;
}

const ID_BYTES = 8;
const SECRET_BYTES = 32;
const REMEMBERED_MAX = 100;

export class JoinTokens {
  private readonly ports: JoinTokenPorts;
  private readonly remembered = new Map<string, NewToken>();

  constructor(ports: JoinTokenPorts) {
    this.ports = ports;
  }

  async create(
    change: Change & { readonly ttlMs: number; readonly uses: number; readonly description: string },
  ): Promise<NewToken> {
    const { catalog, door, clock } = this.ports;
    const { caller, requestId, signal } = change;
    pass(door, caller, 'cluster-admin', 'join-tokens');
    const known = this.remembered.get(requestId);
    if (known !== undefined) return known;
    if (catalog.machine.resultOf(requestId)?.kind === 'join-token-created') throw shownAlready();
    const id = Buffer.from(this.ports.randomBytes(ID_BYTES)).toString('hex');
    const secret = Buffer.from(this.ports.randomBytes(SECRET_BYTES)).toString('hex');
    const timeMs = clock.wallMs();
    const made: NewToken = { id, token: `fmjt_${id}_${secret}`, expiresAtMs: timeMs + change.ttlMs };
    const reply = await propose(
      catalog,
      {
        kind: 'create-join-token',
        requestId,
        timeMs,
        by: callerName(caller),
        id,
        secretHash: createHash('sha256').update(secret).digest('hex'),
        expiresAtMs: made.expiresAtMs,
        usesMax: change.uses,
        description: change.description,
      },
      'join-token-created',
      signal,
    );
    // Two requests with one id that crossed: the other one's token counts, and whoever asked for that has it.
    if (reply.id !== id) throw shownAlready();
    this.remember(requestId, made);
    return made;
  }

  /** Oldest first. */
  list(caller: Caller): readonly TokenView[] {
    const { catalog, door, clock } = this.ports;
    pass(door, caller, 'cluster', 'join-tokens');
    const nowMs = clock.wallMs();
    return [...catalog.machine.joinTokens()]
      .sort((a, b) => a.createdAtMs - b.createdAtMs || (a.id < b.id ? -1 : 1))
      .map((token) => ({ token, state: joinTokenState(token, nowMs) }));
  }

  async revoke(change: Change & { readonly id: string }): Promise<void> {
    const { catalog, door, clock } = this.ports;
    pass(door, change.caller, 'cluster-admin', 'join-tokens');
    const { requestId, id, signal } = change;
    const common = { requestId, timeMs: clock.wallMs(), by: callerName(change.caller) };
    await propose(catalog, { kind: 'revoke-join-token', ...common, id }, 'join-token-revoked', signal);
  }

  private remember(requestId: string, made: NewToken): void {
    this.remembered.set(requestId, made);
    if (this.remembered.size <= REMEMBERED_MAX) return;
    for (const oldest of this.remembered.keys()) {
      this.remembered.delete(oldest);
      break;
    }
  }
}

function shownAlready(): FlowError {
  return new FlowError('ALREADY_EXISTS', 'the token of this request was created, and it is shown only once', {
    hint: 'Revoke it and create another: flowmesh-admin join-token list, then revoke ID',
  });
}
