/**
 * How a simulated process comes to its place in the cluster: `node-place.ts` over the simulated network. Who finds whom is drawn with the
 * cluster: founders are listed and know every address, or found by number and know two, from which they learn of others.
 */
import { type Clock, FlowError, nodeId, type Random, type Scheduler } from '@flowmesh/base';
import type { NodeIntroduction } from '@flowmesh/engines';
import { Admission } from '../../../packages/broker/src/cluster/admission.ts';
import type { ClusterLog } from '../../../packages/broker/src/cluster/cluster-log.ts';
import { AddressPool } from '../../../packages/broker/src/cluster/discovery/address-pool.ts';
import type { AddressSource } from '../../../packages/broker/src/cluster/discovery/address-source.ts';
import { Expectation } from '../../../packages/broker/src/cluster/discovery/expectation.ts';
import {
  readFounding,
  writeFounding,
} from '../../../packages/broker/src/cluster/discovery/founding-record.ts';
import { Founding } from '../../../packages/broker/src/cluster/discovery/founding.ts';
import type { Identity, IdentifyAsk } from '../../../packages/broker/src/cluster/discovery/identify.ts';
import { PeerDesk } from '../../../packages/broker/src/cluster/discovery/peer-desk.ts';
import type { PeerDiscovery } from '../../../packages/broker/src/cluster/discovery/peer-finder.ts';
import type { JoinToken } from '../../../packages/broker/src/cluster/join-wire.ts';
import type { MembershipRecord } from '../../../packages/broker/src/cluster/membership-record.ts';
import type { NodeDirectory } from '../../../packages/broker/src/cluster/node-directory.ts';
import { recordOf, settle } from '../../../packages/broker/src/cluster/settle.ts';
import * as limits from '../../../packages/broker/src/config/limits.ts';
import type { PeerCalls } from '../network/peer-calls.ts';
import { addressOf } from '../network/peer-view.ts';
import type { Place } from '../network/sim-network.ts';

const CLUSTER_ID = 'sim';
const DISCOVERY_INTERVAL_MS = 5_000;

/** What a machine's configuration says of the cluster. */
export interface ClusterSettings {
  /** Machines that the cluster is founded on, by number, the same on all that found it; empty: not founded by a list. */
  readonly founders: readonly Place[];
  /** How many found it by number. */
  readonly expects: number | undefined;
  /** Machines whose addresses are known. */
  readonly seeds: readonly Place[];
  /** What newcomers have to show; undefined: nothing. */
  readonly token: JoinToken | undefined;
}

export interface SimPlaceOptions {
  readonly place: Place;
  readonly settings: ClusterSettings;
  readonly directory: NodeDirectory;
  readonly introduction: NodeIntroduction;
  readonly calls: PeerCalls;
  readonly clock: Clock;
  readonly scheduler: Scheduler;
  readonly random: Random;
  readonly log: ClusterLog;
}

export class SimPlace {
  readonly desk: PeerDesk;
  readonly discovery: PeerDiscovery;
  private readonly options: SimPlaceOptions;

  constructor(options: SimPlaceOptions) {
    this.options = options;
    const { settings, directory, calls, clock } = options;
    const pool = new AddressPool({
      // Members find each other by what they tell; addresses never change.
      sources: directory.membership === undefined ? [listed(settings.seeds)] : [],
      clock,
      toldExpiryMs: limits.TOLD_ADDRESS_EXPIRY_MS,
      addressesMax: limits.FOUND_ADDRESSES_MAX,
    });
    this.discovery = {
      pool,
      identify: (address, ask) => calls.identify(address, ask),
      intervalMs: DISCOVERY_INTERVAL_MS,
    };
    this.desk = new PeerDesk({
      clusterId: CLUSTER_ID,
      uuid: directory.uuid,
      version: 'sim',
      node: directory.membership?.node,
      founders: directory.membership?.founders,
    });
    this.desk.know(() => pool.addresses());
  }

  /** The place that the directory has, or comes to have. */
  async take(): Promise<MembershipRecord> {
    return this.options.directory.membership ?? (await this.join());
  }

  private async join(): Promise<MembershipRecord> {
    const { place, settings, directory, introduction, calls, clock, scheduler, log, random } = this.options;
    const { founders, token } = settings;
    const mayFound = founders.includes(place) && directory.mayFound;
    const admission = new Admission({
      clusterId: CLUSTER_ID,
      introduction,
      initialMembers: founders.map((id) => ({ id, peerAddress: addressOf(id) })),
      addresses: () => this.discovery.pool.addresses(),
      expectation: await this.expectation(),
      token,
      initialId: mayFound ? nodeId(place) : undefined,
      replaces: directory.replaces,
      ask: (address, ask) => calls.join(address, ask),
      identify: (address, ask) => calls.identify(address, ask),
      lookMs: 0,
      clock,
      scheduler,
      log,
      retryMs: () => limits.JOIN_RETRY_MS / 2 + random.below(limits.JOIN_RETRY_MS),
      reportIntervalMs: limits.JOIN_REPORT_INTERVAL_MS,
      signal: new AbortController().signal,
    });
    this.desk.joins = async () => await Promise.resolve(admission.answer());
    const admitted = await admission.run();
    this.desk.joins = undefined;
    if (admitted === undefined) throw new FlowError('CANCELLED', 'nobody stops an admission here');
    const record = recordOf(CLUSTER_ID, admitted);
    await settle(directory, record);
    this.desk.settled(record.node, record.founders);
    log.info({ node: record.node, as: admitted.kind }, 'has its place in the cluster');
    return record;
  }

  private async expectation(): Promise<Expectation | undefined> {
    const { settings, directory, introduction, calls, clock, log } = this.options;
    const { expects } = settings;
    if (expects === undefined || !directory.mayFound) return undefined;
    const { uuid, addresses } = introduction;
    const { pool } = this.discovery;
    const founding = new Founding({
      clusterId: CLUSTER_ID,
      uuid,
      addresses,
      expects,
      record: await readFounding(directory.store),
      save: (record) => writeFounding(directory.store, record),
      ask: (address, ask) => calls.found(address, ask),
      clock,
      log,
      makerGoneMs: limits.FOUNDING_MAKER_GONE_MS,
    });
    this.desk.forming({ expects, founding, told: (address) => pool.told(address) });
    const identify = (address: string, ask: IdentifyAsk): Promise<Identity> => calls.identify(address, ask);
    return new Expectation({
      clusterId: CLUSTER_ID,
      uuid,
      address: addresses.peer,
      expects,
      pool,
      founding,
      identify,
    });
  }
}

function listed(places: readonly Place[]): AddressSource {
  const addresses = places.map((place) => ({ address: addressOf(place) }));
  return {
    name: 'seeds',
    start: () => undefined,
    stop: () => Promise.resolve(),
    current: () => addresses,
  };
}
