/** The wire form of what directories ask each other while they found by number: see `founding.ts`. */
import { flowmesh } from '@flowmesh/proto';
import {
  addressField,
  integerField,
  malformed,
  optionalAddress,
  peersFromWire,
  peersToWire,
  textField,
} from '../wire-fields.ts';
import type { FoundingAnswer, FoundingAsk } from './founding.ts';
import { callPeer } from './peer-call.ts';

const { FoundOperation, FoundState } = flowmesh.internal.v1;
type WireRequest = flowmesh.internal.v1.IFoundRequest;
type WireResponse = flowmesh.internal.v1.IFoundResponse;

export function foundingAskToWire(ask: FoundingAsk): WireRequest {
  return {
    clusterId: ask.clusterId,
    operation:
      ask.kind === 'grant' ? FoundOperation.FOUND_OPERATION_GRANT : FoundOperation.FOUND_OPERATION_STATUS,
    nodeUuid: ask.uuid,
    peerAddress: ask.address,
    expects: ask.expects,
    attempt: ask.attempt,
  };
}

function kindOf(operation: WireRequest['operation']): FoundingAsk['kind'] {
  if (operation === FoundOperation.FOUND_OPERATION_GRANT) return 'grant';
  if (operation === FoundOperation.FOUND_OPERATION_STATUS) return 'status';
  throw malformed('operation');
}

export function foundingAskFromWire(wire: WireRequest): FoundingAsk {
  return {
    kind: kindOf(wire.operation),
    clusterId: textField(wire.clusterId, 'cluster id'),
    uuid: textField(wire.nodeUuid, 'uuid'),
    address: addressField(wire.peerAddress, 'peer address'),
    expects: integerField(wire.expects, 'expected founders'),
    attempt: integerField(wire.attempt, 'attempt'),
  };
}

export function foundingAnswerToWire(answer: FoundingAnswer, clusterId: string): WireResponse {
  const common = { clusterId, nodeUuid: answer.uuid };
  switch (answer.kind) {
    case 'granted': {
      const { peer, grpc, http } = answer.addresses;
      return {
        ...common,
        state: FoundState.FOUND_STATE_GRANTED,
        peerAddress: peer,
        grpcAddress: grpc,
        httpAddress: http,
      };
    }
    case 'refused':
      return { ...common, state: FoundState.FOUND_STATE_REFUSED };
    case 'holds':
      return { ...common, state: FoundState.FOUND_STATE_HOLDS };
    case 'gave-up':
      return { ...common, state: FoundState.FOUND_STATE_GAVE_UP };
    case 'founded':
      return { ...common, state: FoundState.FOUND_STATE_FOUNDED, founders: peersToWire(answer.founders) };
  }
}

export function foundingAnswerFromWire(wire: WireResponse): FoundingAnswer {
  const uuid = textField(wire.nodeUuid, 'uuid');
  const state = wire.state ?? FoundState.FOUND_STATE_UNSPECIFIED;
  if (state === FoundState.FOUND_STATE_GRANTED) {
    const addresses = {
      peer: addressField(wire.peerAddress, 'peer address'),
      grpc: addressField(wire.grpcAddress, 'gRPC address'),
      http: optionalAddress(wire.httpAddress, 'HTTP address'),
    };
    return { kind: 'granted', uuid, addresses };
  }
  if (state === FoundState.FOUND_STATE_REFUSED) return { kind: 'refused', uuid };
  if (state === FoundState.FOUND_STATE_HOLDS) return { kind: 'holds', uuid };
  if (state === FoundState.FOUND_STATE_GAVE_UP) return { kind: 'gave-up', uuid };
  if (state === FoundState.FOUND_STATE_FOUNDED)
    return { kind: 'founded', uuid, founders: peersFromWire(wire.founders) };
  throw malformed('state');
}

/** Fails with what the other side said, or UNAVAILABLE or TIMEOUT where nobody answers in time. */
export async function askFounding(
  address: string,
  ask: FoundingAsk,
  timeoutMs: number,
): Promise<FoundingAnswer> {
  const request = foundingAskToWire(ask);
  const response = await callPeer<WireResponse>(address, timeoutMs, (client, metadata, options, callback) =>
    client.found(request, metadata, options, callback),
  );
  if (response.clusterId !== ask.clusterId) throw malformed('answer of another cluster');
  return foundingAnswerFromWire(response);
}
