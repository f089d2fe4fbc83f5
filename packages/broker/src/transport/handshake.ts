/**
 * Who may talk to whom. The dialling node says who it is and whom it means (in its Hello, or in the metadata of other
 * calls); the answering node checks that against itself and its list of peers, and answers with its own identity in the
 * initial metadata, which the dialler checks before it takes a single frame.
 *
 * Refusals cross the wire as a gRPC status with code, hint and details of the FlowError in its metadata.
 */
import { FlowError, isErrorCode, isFlowError, type NodeId } from '@flowmesh/base';
import { FEATURES, FEATURES_UNTOLD } from '@flowmesh/engines';
import { Metadata, type ServiceError, status } from '@grpc/grpc-js';
import type { PeerEndpoint } from './transport.ts';

/** Raised when frames or the handshake change incompatibly. */
export const PROTOCOL_VERSION = 1;

/** A node as it presents itself. `session` is new for every start of the process. */
export interface NodeIdentity {
  readonly clusterId: string;
  readonly node: NodeId;
  /** Of its data directory. */
  readonly uuid: string;
  readonly session: string;
  /** How often the data directory has been started, this time included; 0: not counted. */
  readonly starts: number;
  /** Operations that its engine was opened with. */
  readonly recovered: number;
}

/** What a caller claimed; nothing in it is trusted yet. */
export interface Claim {
  readonly clusterId: string;
  readonly node: number;
  readonly uuid: string;
  readonly session: string;
  /** 0 where the caller does not count. */
  readonly starts: number;
  /** 0 where the caller does not say. */
  readonly recovered: number;
  readonly version: number;
  /** The highest feature level that it knows. */
  readonly featuresMax: number;
  /** The node the caller means; undefined in answers. */
  readonly toNode: number | undefined;
}

const KEYS = {
  clusterId: 'flowmesh-cluster',
  node: 'flowmesh-node',
  uuid: 'flowmesh-uuid',
  session: 'flowmesh-session',
  starts: 'flowmesh-starts',
  recovered: 'flowmesh-recovered',
  version: 'flowmesh-protocol',
  featuresMax: 'flowmesh-features-max',
  toNode: 'flowmesh-to-node',
} as const;
const CODE_KEY = 'flowmesh-code';
const HINT_KEY = 'flowmesh-hint-bin';
const DETAILS_KEY = 'flowmesh-details-bin';

export function identityMetadata(self: NodeIdentity, toNode?: NodeId): Metadata {
  const metadata = new Metadata();
  metadata.set(KEYS.clusterId, self.clusterId);
  metadata.set(KEYS.node, String(self.node));
  metadata.set(KEYS.uuid, self.uuid);
  metadata.set(KEYS.session, self.session);
  metadata.set(KEYS.starts, String(self.starts));
  metadata.set(KEYS.recovered, String(self.recovered));
  metadata.set(KEYS.version, String(PROTOCOL_VERSION));
  metadata.set(KEYS.featuresMax, String(FEATURES.max));
  if (toNode !== undefined) metadata.set(KEYS.toNode, String(toNode));
  return metadata;
}

function textOf(metadata: Metadata, key: string): string {
  const value = metadata.get(key)[0];
  return typeof value === 'string' ? value : '';
}

export function claimOf(metadata: Metadata): Claim {
  const toNode = textOf(metadata, KEYS.toNode);
  return {
    clusterId: textOf(metadata, KEYS.clusterId),
    node: Number(textOf(metadata, KEYS.node)),
    uuid: textOf(metadata, KEYS.uuid),
    session: textOf(metadata, KEYS.session),
    starts: countOf(Number(textOf(metadata, KEYS.starts))),
    recovered: countOf(Number(textOf(metadata, KEYS.recovered))),
    version: Number(textOf(metadata, KEYS.version)),
    featuresMax: featuresMaxOf(Number(textOf(metadata, KEYS.featuresMax))),
    toNode: toNode === '' ? undefined : Number(toNode),
  };
}

/** A count in a claim; nonsense counts as nothing said. */
export function countOf(value: number): number {
  return Number.isSafeInteger(value) && value > 0 ? value : 0;
}

/** What a caller says of the levels that it knows; the first builds say nothing. */
export function featuresMaxOf(value: number): number {
  return Number.isSafeInteger(value) && value > 0 ? value : FEATURES_UNTOLD.max;
}

/** A build that does not know the level in force would understand the metadata differently: it must not take part. */
export function checkLevel(claim: Claim, level: number): FlowError | undefined {
  if (claim.featuresMax >= level) return undefined;
  return new FlowError(
    'UNSUPPORTED',
    `node ${claim.node} runs a build that knows feature levels up to ${claim.featuresMax}; the cluster is at ${level}`,
    {
      hint: 'There is no way back to that version any more: start the node with the version of the others.',
      details: { node: claim.node, knows: claim.featuresMax, level },
    },
  );
}

function wrongVersion(version: number): FlowError {
  return new FlowError(
    'UNSUPPORTED',
    `peer speaks protocol version ${version}, this node ${PROTOCOL_VERSION}`,
    {
      hint: 'Upgrade the older of the two nodes.',
      details: { theirs: version, ours: PROTOCOL_VERSION },
    },
  );
}

function wrongCluster(theirs: string, ours: string): FlowError {
  return new FlowError('WRONG_CLUSTER', `peer belongs to cluster ${theirs}, this node to ${ours}`, {
    hint: 'Two clusters never merge: correct the peer addresses, or start the node with an empty data directory to join.',
    details: { theirs, ours },
  });
}

function wrongUuid(node: number, theirs: string, known: string): FlowError {
  return new FlowError(
    'IDENTITY_MISMATCH',
    `node ${node} presents data directory ${theirs}, known is ${known}`,
    {
      hint: 'A wiped or replaced data directory joins as a new node; it cannot continue as the old one.',
      details: { node, theirs, known },
    },
  );
}

/** The answering side. Undefined where the claim holds. */
export function checkCaller(
  claim: Claim,
  self: NodeIdentity,
  knownPeer: (node: number) => PeerEndpoint | undefined,
  letGo: (node: number) => FlowError | undefined = () => undefined,
): FlowError | undefined {
  if (claim.version !== PROTOCOL_VERSION) return wrongVersion(claim.version);
  if (claim.clusterId !== self.clusterId) return wrongCluster(claim.clusterId, self.clusterId);
  if (claim.toNode !== self.node) {
    return new FlowError('IDENTITY_MISMATCH', `call for node ${claim.toNode} reached node ${self.node}`, {
      hint: 'The peer address of one of the two nodes is wrong, or their ports were exchanged.',
      details: { wanted: claim.toNode ?? 0, node: self.node },
    });
  }
  const peer = knownPeer(claim.node);
  if (peer === undefined) {
    const gone = letGo(claim.node);
    if (gone !== undefined) return gone;
    return new FlowError('UNAVAILABLE', `node ${claim.node} is not known here`, {
      hint: 'It may have just joined, and be known in a moment; a removed node stays unknown.',
      details: { node: claim.node },
    });
  }
  return peer.uuid === claim.uuid ? undefined : wrongUuid(claim.node, claim.uuid, peer.uuid);
}

/** The dialling side: whether the one that answered is the one that was meant. */
export function checkAnswer(claim: Claim, self: NodeIdentity, peer: PeerEndpoint): FlowError | undefined {
  if (claim.version !== PROTOCOL_VERSION) return wrongVersion(claim.version);
  if (claim.clusterId !== self.clusterId) return wrongCluster(claim.clusterId, self.clusterId);
  if (claim.node !== peer.node) {
    return new FlowError(
      'IDENTITY_MISMATCH',
      `node ${claim.node} answers at ${peer.address}, meant was ${peer.node}`,
      {
        hint: 'The peer address of one of the two nodes is wrong, or their ports were exchanged.',
        details: { wanted: peer.node, node: claim.node },
      },
    );
  }
  return claim.uuid === peer.uuid ? undefined : wrongUuid(claim.node, claim.uuid, peer.uuid);
}

const LASTING: ReadonlySet<string> = new Set([
  'WRONG_CLUSTER',
  'IDENTITY_MISMATCH',
  'UNSUPPORTED',
  'INVALID_ARGUMENT',
  'AMNESIA',
]);

/**
 * Refusals, and malformed frames, which do not go away by trying again at once. Being held against another process of the same directory
 * does: a node that restarts may be back before its former connection is known to be gone.
 */
export function isLasting(error: FlowError): boolean {
  return LASTING.has(error.code) && error.details['heldAgainst'] === undefined;
}

/** A refusal that says that this node's identity is over. */
export function disowns(error: FlowError, self: NodeId): boolean {
  const over = error.code === 'AMNESIA' || error.details['letGo'] !== undefined;
  return over && error.details['node'] === self;
}

/** An error as a call's final status. */
export function statusOf(error: unknown): { code: status; details: string; metadata: Metadata } {
  const metadata = new Metadata();
  if (!isFlowError(error)) {
    metadata.set(CODE_KEY, 'INTERNAL');
    return {
      code: status.INTERNAL,
      details: error instanceof Error ? error.message : 'internal error',
      metadata,
    };
  }
  metadata.set(CODE_KEY, error.code);
  if (error.hint !== undefined) metadata.set(HINT_KEY, Buffer.from(error.hint));
  metadata.set(DETAILS_KEY, Buffer.from(JSON.stringify(error.details)));
  const code = error.retryable ? status.UNAVAILABLE : status.FAILED_PRECONDITION;
  return { code, details: error.message, metadata };
}

function binaryOf(metadata: Metadata, key: string): string | undefined {
  const value = metadata.get(key)[0];
  return value === undefined ? undefined : value.toString();
}

function detailsOf(metadata: Metadata): Record<string, string | number> {
  try {
    const parsed: unknown = JSON.parse(binaryOf(metadata, DETAILS_KEY) ?? '{}');
    if (typeof parsed !== 'object' || parsed === null) return {};
    return Object.fromEntries(
      Object.entries(parsed).filter(([, value]) => typeof value === 'string' || typeof value === 'number'),
    ) as Record<string, string | number>;
  } catch {
    return {};
  }
}

/** The FlowError behind a failed call; one of gRPC's own where the peer said nothing. */
export function errorOf(failure: ServiceError | Error): FlowError {
  if (isFlowError(failure)) return failure;
  const metadata =
    'metadata' in failure && failure.metadata instanceof Metadata ? failure.metadata : new Metadata();
  const message = 'details' in failure && failure.details !== '' ? failure.details : failure.message;
  const code = textOf(metadata, CODE_KEY);
  if (isErrorCode(code)) {
    const hint = binaryOf(metadata, HINT_KEY);
    return new FlowError(code, message, {
      ...(hint === undefined ? {} : { hint }),
      details: detailsOf(metadata),
    });
  }
  const grpcCode = 'code' in failure ? failure.code : undefined;
  if (grpcCode === status.CANCELLED) return new FlowError('CANCELLED', message, { cause: failure });
  if (grpcCode === status.DEADLINE_EXCEEDED) return new FlowError('TIMEOUT', message, { cause: failure });
  return new FlowError('UNAVAILABLE', message, { cause: failure });
}
