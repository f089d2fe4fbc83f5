/**
 * The peers that a process was told of, with the product's own handshake: two processes talk where each has the other in its list
 * under the identity that it presents, and finds it at the address that it was told.
 */
import type { FeatureRange } from '@flowmesh/engines';
import { FlowError, type NodeId } from '@flowmesh/base';
import {
  checkAnswer,
  checkCaller,
  checkLevel,
  type Claim,
  type NodeIdentity,
  PROTOCOL_VERSION,
} from '../../../packages/broker/src/transport/handshake.ts';
import type { PeerLives } from '../../../packages/broker/src/transport/peer-lives.ts';
import type { PeerEndpoint } from '../../../packages/broker/src/transport/transport.ts';
import type { Place } from './sim-network.ts';
import type { PeerView } from './sim-transport.ts';

const PORT = 7_000;

export function addressOf(place: Place): string {
  return `m${place}:${PORT}`;
}

export function placeAt(address: string): Place | undefined {
  const match = /^m(\d+):7000$/.exec(address);
  return match === null ? undefined : Number(match[1]);
}

/** Why a node is not heard any more. */
export type LetGo = (node: number) => FlowError | undefined;

export class ListedPeers implements PeerView {
  readonly identity: NodeIdentity;
  private readonly place: Place;
  /** What its build knows. */
  private readonly features: FeatureRange;
  private readonly level: () => number;
  private readonly lives: PeerLives;
  private readonly letGo: LetGo;
  private readonly onShadow: (node: NodeId) => void;
  /** What runs here is a copy that nobody is to hear. */
  private readonly shadow: boolean;
  /** Who was connected last, by the place where it runs. */
  private readonly connected = new Map<Place, NodeIdentity>();
  private peers = new Map<number, PeerEndpoint>();

  constructor(
    place: Place,
    identity: NodeIdentity,
    known: {
      readonly features: FeatureRange;
      /** In force, as far as it knows. */
      readonly level: () => number;
      readonly lives: PeerLives;
      readonly letGo: LetGo;
      readonly shadow: boolean;
      /** A shadow of this node was heard. */
      readonly onShadow: (node: NodeId) => void;
    },
  ) {
    this.place = place;
    this.identity = identity;
    this.features = known.features;
    this.level = known.level;
    this.lives = known.lives;
    this.letGo = known.letGo;
    this.shadow = known.shadow;
    this.onShadow = known.onShadow;
  }

  placeOf(node: NodeId): Place | undefined {
    const peer = this.peers.get(node);
    return peer === undefined ? undefined : placeAt(peer.address);
  }

  /** Dials `other` and is dialled by it. */
  judge(other: PeerView, connected: (place: Place) => boolean): FlowError | undefined {
    if (!(other instanceof ListedPeers)) throw new Error('the processes of a world are all of one kind');
    const { identity, peers } = this;
    const peer = peers.get(other.identity.node);
    const asked = other.claim(identity.node);
    const refusal = checkCaller(asked, identity, (node) => peers.get(node), this.letGo);
    if (refusal !== undefined) return refusal;
    // Whoever is dialled where it is not does not answer.
    const elsewhere = peer === undefined || placeAt(peer.address) !== other.place;
    // A clone may dial from anywhere.
    if (peer === undefined || (elsewhere && !other.shadow)) return unknown(other.identity.node);
    return (
      checkAnswer(other.claim(undefined), identity, peer) ??
      checkLevel(asked, this.level()) ??
      this.lives.judge(asked, this.sessionOf(other.identity.node, connected))
    );
  }

  met(other: PeerView): void {
    if (!(other instanceof ListedPeers)) return;
    this.connected.set(other.place, other.identity);
    this.lives.note(other.claim(this.identity.node));
    if (other.shadow && !this.shadow) this.onShadow(other.identity.node);
  }

  private claim(toNode: NodeId | undefined): Claim {
    const featuresMax = this.features.max;
    return { ...this.identity, version: PROTOCOL_VERSION, featuresMax, toNode };
  }

  private sessionOf(node: NodeId, connected: (place: Place) => boolean): string | undefined {
    for (const [place, identity] of this.connected)
      if (identity.node === node && connected(place)) return identity.session;
    return undefined;
  }

  setPeers(peers: readonly PeerEndpoint[]): boolean {
    this.peers = new Map(peers.map((peer) => [peer.node, peer]));
    return true;
  }
}

function unknown(node: NodeId): FlowError {
  return new FlowError('UNAVAILABLE', `node ${node} is not known here`);
}
