/**
 * What this node answers to those who need no identity in the cluster: who it is, whether they may join, how the founding stands. It is
 * there as long as the process; what it can answer changes with the node's stage.
 */
import { FlowError, type NodeId } from '@flowmesh/base';
import type { PeerListenerOptions } from '../../transport/peer-listener.ts';
import { answerToWire, askFromWire, type JoinAnswer, type JoinAsk } from '../join-wire.ts';
import type { KnownPeer } from '../known-peer.ts';
import type { Founding } from './founding.ts';
import { foundingAnswerToWire, foundingAskFromWire } from './founding-wire.ts';
import {
  identifyAskFromWire,
  identityToWire,
  type Identity,
  type IdentifyAsk,
  KNOWN_ADDRESSES_MAX,
} from './identify.ts';

export interface PeerDeskOptions {
  readonly clusterId: string;
  readonly uuid: string;
  readonly version: string;
  /** Undefined in a new directory. */
  readonly node: NodeId | undefined;
  readonly founders: readonly KnownPeer[] | undefined;
}

interface Forming {
  readonly expects: number;
  readonly founding: Founding;
  /** Another new directory said where it is. */
  readonly told: (address: string) => void;
}

type Handlers = Required<Pick<PeerListenerOptions, 'onJoin' | 'onIdentify' | 'onFound'>>;

function notYet(): FlowError {
  return new FlowError('UNAVAILABLE', 'this node is still starting', {
    hint: 'The asking node tries again by itself.',
  });
}

export class PeerDesk {
  private readonly options: PeerDeskOptions;
  private node: NodeId | undefined;
  private founders: readonly KnownPeer[] | undefined;
  private stage: Forming | undefined;
  private known: () => readonly string[] = () => [];
  /** Undefined while nobody can be answered. */
  joins: ((ask: JoinAsk) => Promise<JoinAnswer>) | undefined;
  /** A member hears where another one says that it is. */
  heard: ((ask: IdentifyAsk) => void) | undefined;
  /** A member says whether its metadata have the asking node, with its directory. */
  knows: ((ask: IdentifyAsk) => boolean) | undefined;

  constructor(options: PeerDeskOptions) {
    this.options = options;
    this.node = options.node;
    this.founders = options.founders;
  }

  /** Where this node knows peers. */
  know(addresses: () => readonly string[]): void {
    this.known = addresses;
  }

  forming(stage: Forming): void {
    this.stage = stage;
  }

  /** The directory durably has its place. */
  settled(node: NodeId, founders: readonly KnownPeer[]): void {
    this.node = node;
    this.founders = founders;
    this.stage = undefined;
  }

  handlers(): Handlers {
    const { clusterId } = this.options;
    return {
      onJoin: async (request) => {
        if (this.joins === undefined) throw notYet();
        return answerToWire(await this.joins(askFromWire(request)), clusterId);
      },
      onIdentify: async (request) => identityToWire(this.identity(identifyAskFromWire(request))),
      onFound: async (request) => {
        const ask = foundingAskFromWire(request);
        if (this.founders !== undefined && ask.clusterId === clusterId) {
          const { uuid } = this.options;
          return foundingAnswerToWire({ kind: 'founded', uuid, founders: this.founders }, clusterId);
        }
        if (this.stage === undefined) throw notYet();
        return foundingAnswerToWire(await this.stage.founding.answer(ask), clusterId);
      },
    };
  }

  private identity(ask: IdentifyAsk | undefined): Identity {
    const { clusterId, uuid, version } = this.options;
    const own = ask?.clusterId === clusterId;
    const others = own ? this.known().filter((address) => address !== ask.address) : [];
    if (own && ask.uuid !== uuid) {
      this.stage?.told(ask.address);
      this.heard?.(ask);
    }
    return {
      clusterId,
      uuid,
      node: this.node,
      version,
      expects: this.stage?.expects ?? 0,
      bound: this.stage?.founding.bound ?? false,
      known: others.slice(0, KNOWN_ADDRESSES_MAX),
      knowsAsker: own && this.knows?.(ask) === true,
    };
  }
}
