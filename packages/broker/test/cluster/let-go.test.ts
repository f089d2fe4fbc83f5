import { METADATA_GROUP, nodeId } from '@flowmesh/base';
import { type CatalogCommand, CatalogMachine, encodeCommand } from '@flowmesh/engines';
import { expect, test } from 'vitest';
import { CatalogClient } from '../../src/cluster/catalog-client.ts';
import { letGo } from '../../src/cluster/let-go.ts';
import { type Claim, checkCaller, PROTOCOL_VERSION } from '../../src/transport/handshake.ts';
import { CatalogRunner, FakeReplicas, ManualTime, member } from './fakes.ts';

const uuid = (id: number) => `00000000-0000-4000-8000-00000000000${id}`;
const SELF = { clusterId: 'c', node: nodeId(1), uuid: uuid(1), session: 's', starts: 1, recovered: 0 };
const CALL: Claim = { ...SELF, version: PROTOCOL_VERSION, node: 2, uuid: uuid(2), featuresMax: 2, toNode: 1 };

function clientOver(replicas: FakeReplicas): CatalogClient {
  const time = new ManualTime();
  return new CatalogClient({
    self: nodeId(1),
    replicas,
    forward: async () => new Uint8Array(),
    clock: time,
    scheduler: time,
    connected: () => false,
    peers: () => [],
    introduced: () => undefined,
    behind: () => [],
    limits: { proposeTimeoutMs: 1_000, attemptTimeoutMs: 1_000, retryMs: 50, proposalsMax: 1 },
  });
}

test('a peer that calls before there is a copy of the metadata is told to come again, and nothing is asserted', () => {
  const replicas = new FakeReplicas(() => new CatalogMachine());
  const client = clientOver(replicas);
  const judge = () =>
    checkCaller(
      CALL,
      SELF,
      () => undefined,
      (node) => letGo(client.known, node),
    );
  expect(client.known).toBeUndefined();
  expect(judge()).toMatchObject({ code: 'UNAVAILABLE', retryable: true });
  // Nor does a copy that knows nothing yet.
  replicas.add(METADATA_GROUP, member(1));
  expect(judge()).toMatchObject({ code: 'UNAVAILABLE', retryable: true });
});

test('a node that was let go is told so, for good; others are not', () => {
  const runner = new CatalogRunner(new CatalogMachine());
  const nodes = [1, 2, 3].map((id) => ({
    id: nodeId(id),
    uuid: uuid(id),
    addresses: { peer: `h${id}:1`, grpc: `h${id}:2`, http: '' },
    rack: '',
    features: { min: 1, max: 2 },
  }));
  const commands: CatalogCommand[] = [
    { kind: 'init-cluster', requestId: 'a', timeMs: 1, clusterId: 'c', nodes, featureLevel: 2 },
    { kind: 'remove-node', requestId: 'b', timeMs: 2, node: nodeId(2), force: true },
  ];
  for (const command of commands) expect(runner.run(encodeCommand(command)).ok).toBe(true);
  expect(letGo(runner.machine, 2)).toMatchObject({ code: 'IDENTITY_MISMATCH', retryable: false });
  expect(letGo(runner.machine, 3)).toBeUndefined();
  expect(letGo(runner.machine, 9)).toBeUndefined();
});
