/**
 * Calls to whatever node leads a group, this one included: the same handler answers, directly or through the peer's connection. One
 * attempt; who calls repeats. Handlers are idempotent, since an answer may be lost.
 */
import { EMPTY_BYTES, FlowError, type GroupId, type NodeId } from '@flowmesh/base';
import type { LeaderPort } from '../ports.ts';
import { type CallTarget, decodeEnvelope, encodeEnvelope } from './envelope.ts';

export type CallHandler = (group: GroupId, payload: Uint8Array, signal: AbortSignal) => Promise<Uint8Array>;

export interface LeaderCallsPorts {
  readonly node: NodeId;
  readonly leaders: Pick<LeaderPort, 'leaderOf'>;
  readonly forward: (node: NodeId, message: Uint8Array, signal: AbortSignal) => Promise<Uint8Array>;
}

export class LeaderCalls {
  private readonly ports: LeaderCallsPorts;
  private readonly handlers = new Map<CallTarget, CallHandler>();

  constructor(ports: LeaderCallsPorts) {
    this.ports = ports;
  }

  handle(target: CallTarget, handler: CallHandler): void {
    this.handlers.set(target, handler);
  }

  /** Rejects with what the handler rejects with, NO_LEADER, UNAVAILABLE, TIMEOUT or CANCELLED. */
  async call(
    target: CallTarget,
    group: GroupId,
    payload: Uint8Array,
    signal: AbortSignal,
  ): Promise<Uint8Array> {
    const leader = this.ports.leaders.leaderOf(group);
    if (leader === undefined) {
      throw new FlowError('NO_LEADER', `no node leads group ${group} at the moment`, {
        hint: 'An election takes about a second; retry shortly.',
      });
    }
    if (leader.node === this.ports.node) return await this.answer(target, group, payload, signal);
    return await this.ask(leader.node, target, group, payload, signal);
  }

  /** Another node, whoever leads. Rejects with what its handler rejects with, UNSUPPORTED by an older build, UNAVAILABLE, TIMEOUT or CANCELLED. */
  async ask(
    node: NodeId,
    target: CallTarget,
    group: GroupId,
    payload: Uint8Array,
    signal: AbortSignal,
  ): Promise<Uint8Array> {
    return await this.ports.forward(node, encodeEnvelope({ target, group, payload }), signal);
  }

  /** What another node asks; undefined where that is a command of the metadata. */
  onForward(message: Uint8Array, signal: AbortSignal): Promise<Uint8Array> | undefined {
    const envelope = decodeEnvelope(message);
    if (envelope === undefined) return undefined;
    return this.answer(envelope.target, envelope.group, envelope.payload, signal);
  }

  private async answer(
    target: CallTarget,
    group: GroupId,
    payload: Uint8Array,
    signal: AbortSignal,
  ): Promise<Uint8Array> {
    const handler = this.handlers.get(target);
    if (handler === undefined) {
      throw new FlowError('UNAVAILABLE', `this node does not answer for ${target} calls yet`, {
        hint: 'It is starting; retry shortly.',
      });
    }
    return (await handler(group, payload, signal)) ?? EMPTY_BYTES;
  }
}
