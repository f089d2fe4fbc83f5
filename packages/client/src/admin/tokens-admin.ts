/** Join tokens: what a new node shows to be let in. The token itself exists only in the answer that made it. */
import type { LeaderCallDeps } from '../routing/leader-call.ts';
import type { CallOptions } from '../routing/router.ts';
import { askAny } from './cluster-call.ts';

export interface CreateJoinTokenOptions extends CallOptions {
  /** Default: 24 hours. */
  readonly ttlMs?: number | undefined;
  /** How many nodes it lets in; default 1. */
  readonly uses?: number | undefined;
  readonly description?: string | undefined;
}

export interface CreatedJoinToken {
  readonly id: string;
  /** Shown once, never stored. */
  readonly token: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

export interface JoinToken {
  readonly id: string;
  /** valid, used, expired or revoked. */
  readonly state: string;
  readonly description: string;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  readonly expiresAt: number;
  readonly usesMax: number;
  /** UUIDs of the nodes that it let in. */
  readonly usedBy: readonly string[];
}

export class TokensAdmin {
  private readonly deps: LeaderCallDeps;

  constructor(deps: LeaderCallDeps) {
    this.deps = deps;
  }

  /** INVALID_ARGUMENT (bounds), PRECONDITION_FAILED (too many tokens). */
  async create(options: CreateJoinTokenOptions = {}): Promise<CreatedJoinToken> {
    const request = {
      ttlMs: options.ttlMs ?? 0,
      uses: options.uses ?? 0,
      description: options.description ?? '',
      requestId: this.deps.surroundings.requestId(),
    };
    const { id, token, expiresAtMs } = await askAny(
      this.deps,
      options,
      (client) => client.createJoinToken,
      request,
    );
    return { id, token, expiresAt: expiresAtMs };
  }

  async list(options: CallOptions = {}): Promise<readonly JoinToken[]> {
    const { tokens } = await askAny(this.deps, options, (client) => client.listJoinTokens, {});
    return tokens.map((token) => ({
      id: token.id ?? '',
      state: token.state ?? '',
      description: token.description ?? '',
      createdAt: token.createdAtMs ?? 0,
      expiresAt: token.expiresAtMs ?? 0,
      usesMax: token.usesMax ?? 0,
      usedBy: [...(token.usedBy ?? [])],
    }));
  }

  /** Nodes that it let in stay. NOT_FOUND. */
  async revoke(id: string, options: CallOptions = {}): Promise<void> {
    const request = { id, requestId: this.deps.surroundings.requestId() };
    await askAny(this.deps, options, (client) => client.revokeJoinToken, request);
  }
}
