/**
 * What processes ask each other without an identity in the cluster, in the real wire form: who is there, may I join, shall we found. The
 * desk of whoever runs at the address answers.
 */
import type { Scheduler } from '@flowmesh/base';
import { flowmesh } from '@flowmesh/proto';
import {
  foundingAnswerFromWire,
  foundingAskToWire,
} from '../../../packages/broker/src/cluster/discovery/founding-wire.ts';
import type { FoundingAnswer, FoundingAsk } from '../../../packages/broker/src/cluster/discovery/founding.ts';
import {
  type Identity,
  type IdentifyAsk,
  identifyAskToWire,
  identityFromWire,
} from '../../../packages/broker/src/cluster/discovery/identify.ts';
import type { PeerDesk } from '../../../packages/broker/src/cluster/discovery/peer-desk.ts';
import {
  answerFromWire,
  askToWire,
  type JoinAnswer,
  type JoinAsk,
} from '../../../packages/broker/src/cluster/join-wire.ts';
import * as limits from '../../../packages/broker/src/config/limits.ts';
import { placeAt } from './peer-view.ts';
import { type CallEnd, gone, type SimCalls } from './sim-calls.ts';
import type { Place } from './sim-network.ts';

/** A process that can be asked. */
export interface Asked extends CallEnd {
  /** Undefined until its directory is open. */
  readonly desk: PeerDesk | undefined;
}

export interface PeerCallsOptions {
  readonly place: Place;
  readonly calls: SimCalls;
  readonly scheduler: Scheduler;
  readonly processAt: (place: Place) => Asked | undefined;
  /** Whether those that run there can reach each other at all. */
  readonly reachable: (a: Place, b: Place) => boolean;
}

const { FoundRequest, FoundResponse, IdentifyRequest, IdentifyResponse, JoinRequest, JoinResponse } =
  flowmesh.internal.v1;

type Handlers = ReturnType<PeerDesk['handlers']>;

export class PeerCalls {
  private readonly options: PeerCallsOptions;

  constructor(options: PeerCallsOptions) {
    this.options = options;
  }

  async join(address: string, ask: JoinAsk): Promise<JoinAnswer> {
    const request = JoinRequest.encode(askToWire(ask)).finish();
    const answer = await this.call(address, async ({ onJoin }) =>
      JoinResponse.encode(await onJoin(JoinRequest.decode(request))).finish(),
    );
    return answerFromWire(JoinResponse.decode(answer));
  }

  async identify(address: string, ask: IdentifyAsk): Promise<Identity> {
    const request = IdentifyRequest.encode(identifyAskToWire(ask)).finish();
    const answer = await this.call(address, async ({ onIdentify }) =>
      IdentifyResponse.encode(await onIdentify(IdentifyRequest.decode(request))).finish(),
    );
    return identityFromWire(IdentifyResponse.decode(answer));
  }

  async found(address: string, ask: FoundingAsk): Promise<FoundingAnswer> {
    const request = FoundRequest.encode(foundingAskToWire(ask)).finish();
    const answer = await this.call(address, async ({ onFound }) =>
      FoundResponse.encode(await onFound(FoundRequest.decode(request))).finish(),
    );
    return foundingAnswerFromWire(FoundResponse.decode(answer));
  }

  private async call<T>(address: string, request: (handlers: Handlers) => Promise<T>): Promise<T> {
    const { place, calls, scheduler, processAt, reachable } = this.options;
    const at = placeAt(address);
    const server = at === undefined ? undefined : processAt(at);
    if (server === undefined || !reachable(place, server.place)) throw gone();
    const attempt = new AbortController();
    const timer = scheduler.after(limits.JOIN_ATTEMPT_TIMEOUT_MS, () => attempt.abort());
    try {
      return await calls.call(server, attempt.signal, async () => {
        if (server.desk === undefined) throw gone();
        return await request(server.desk.handlers());
      });
    } finally {
      timer.cancel();
    }
  }
}
