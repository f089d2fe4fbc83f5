/**
 * How a node comes to its place in the cluster: it listens for peers, says under which addresses it is reached and looks for itself there,
 * finds others, and where its directory is new founds or joins the cluster.
 *
 *   listening ─► introduced, checked ─► (new directory: forming ─► settled) ─► member
 *
 * At every stage `PeerDesk` answers those who ask what they may ask for at that stage.
 */
import { FlowError, nodeId } from '@flowmesh/base';
import { FEATURES, type NodeIntroduction } from '@flowmesh/engines';
import { Admission } from './cluster/admission.ts';
import {
  advertisedAddresses,
  type AdvertisedAddresses,
  advertisedKafka,
} from './cluster/discovery/advertised.ts';
import {
  type AdvertiseCheckOptions,
  checkAdvertised,
  reachTcp,
} from './cluster/discovery/advertise-check.ts';
import { Discovery } from './cluster/discovery/discovery.ts';
import { Expectation } from './cluster/discovery/expectation.ts';
import { Founding } from './cluster/discovery/founding.ts';
import { readFounding, writeFounding } from './cluster/discovery/founding-record.ts';
import { askFounding } from './cluster/discovery/founding-wire.ts';
import { identifyAt } from './cluster/discovery/identify.ts';
import { thisMachine } from './cluster/discovery/machine.ts';
import { PeerDesk } from './cluster/discovery/peer-desk.ts';
import { askToJoin, parseJoinToken } from './cluster/join-wire.ts';
import type { MembershipRecord } from './cluster/membership-record.ts';
import type { NodeDirectory } from './cluster/node-directory.ts';
import { recordOf, settle } from './cluster/settle.ts';
import type { Closers } from './closers.ts';
import * as limits from './config/limits.ts';
import type { NodeConfig } from './config/schema.ts';
import type { HealthBook } from './observability/health.ts';
import type { Logger } from './observability/logger.ts';
import { systemClock, systemRandom, systemScheduler } from './system.ts';
import { PeerListener } from './transport/peer-listener.ts';
import { VERSION } from './version.ts';

export interface PlaceOptions {
  readonly config: NodeConfig;
  readonly log: Logger;
  readonly health: HealthBook;
  readonly closers: Closers;
  /** Ports that are bound or chosen already. */
  readonly ports: {
    readonly grpc: number;
    readonly http: number;
    /** By the names of the listeners for Kafka's clients. */
    readonly kafka: ReadonlyMap<string, number>;
  };
  readonly directory: NodeDirectory;
  /** Ends a start that waits for the cluster. */
  readonly signal: AbortSignal;
}

export interface Place {
  readonly listener: PeerListener;
  readonly introduction: NodeIntroduction;
  /** host:port for Kafka's clients by listener. */
  readonly kafkaAddresses: ReadonlyMap<string, string>;
  readonly record: MembershipRecord;
  readonly desk: PeerDesk;
  readonly discovery: Discovery;
  /** Whether clients reach this node: to be called once it takes their calls. */
  readonly checkClients: () => Promise<void>;
}

export async function takePlace(options: PlaceOptions): Promise<Place> {
  const { config, closers, directory, log, signal } = options;
  const desk = new PeerDesk({
    clusterId: config.cluster.id,
    uuid: directory.uuid,
    version: VERSION,
    founders: directory.membership?.founders,
    node: directory.membership?.node,
  });
  const listener = await PeerListener.listen({
    host: config.listeners.peer.host,
    port: config.listeners.peer.port,
    ...desk.handlers(),
  });
  closers.add('peer listener', () => listener.close());
  const advertised = advertisedAddresses(config, { ...options.ports, peer: listener.port }, thisMachine);
  const introduction = introduce(options, advertised);
  const { peer: own } = introduction.addresses;
  const check = advertiseCheck(options, own);
  await checkAdvertised('listeners.peer', advertised.peer, check);
  await checkAdvertised('listeners.http', advertised.http, check);
  if (signal.aborted) throw stopped();
  const discovery = new Discovery({
    config,
    uuid: directory.uuid,
    node: directory.membership?.node,
    version: VERSION,
    address: own,
    machine: thisMachine,
    clock: systemClock,
    scheduler: systemScheduler,
    log,
  });
  closers.add('discovery', () => discovery.stop());
  discovery.start();
  desk.know(() => discovery.pool.addresses());
  const record = directory.membership ?? (await join(options, { introduction, desk, discovery }));
  discovery.setNode(record.node);
  const kafka = advertisedKafka(config, options.ports.kafka, thisMachine);
  const checkClients = async (): Promise<void> => {
    await checkAdvertised('listeners.grpc', advertised.grpc, check);
    for (const { path, advertised: address } of kafka) await checkAdvertised(path, address, check);
  };
  const kafkaAddresses = new Map(kafka.map(({ name, advertised: { address } }) => [name, address]));
  return { listener, introduction, kafkaAddresses, record, desk, discovery, checkClients };
}

export function stopped(): FlowError {
  return new FlowError('CANCELLED', 'the node was stopped while it waited for the cluster');
}

function introduce({ config, directory }: PlaceOptions, advertised: AdvertisedAddresses): NodeIntroduction {
  const { peer, grpc, http } = advertised;
  return {
    uuid: directory.uuid,
    addresses: { peer: peer.address, grpc: grpc.address, http: http.address },
    rack: config.node.rack,
    version: VERSION,
    features: FEATURES,
    capacityBytes: config.node.memory ? 0 : directory.diskState().totalBytes,
  };
}

function advertiseCheck(
  { config, directory, log, signal }: PlaceOptions,
  own: string,
): AdvertiseCheckOptions {
  const { uuid, membership } = directory;
  const ask = { clusterId: config.cluster.id, uuid, node: membership?.node, address: own };
  return {
    mode: config.node.advertiseCheck,
    uuid,
    identify: (address) => identifyAt(address, ask, limits.JOIN_ATTEMPT_TIMEOUT_MS),
    reach: (address) => reachTcp(address, limits.JOIN_ATTEMPT_TIMEOUT_MS),
    clock: systemClock,
    scheduler: systemScheduler,
    log,
    patienceMs: limits.ADVERTISE_CHECK_PATIENCE_MS,
    retryMs: limits.ADVERTISE_CHECK_RETRY_MS,
    attemptsMin: limits.ADVERTISE_CHECK_ATTEMPTS_MIN,
    signal,
  };
}

type Newcomer = Pick<Place, 'introduction' | 'desk' | 'discovery'>;

/** A new directory: founds or joins the cluster, however long that takes, and writes down what came of it. */
async function join(options: PlaceOptions, newcomer: Newcomer): Promise<MembershipRecord> {
  const { config, directory, log, health, signal } = options;
  const { introduction, desk, discovery } = newcomer;
  const { id: clusterId, joinToken, initialMembers } = config.cluster;
  health.set({ name: 'cluster', concerns: 'all', ok: false, detail: 'waiting for the cluster' });
  const { initialId } = config.node;
  const mayFound = initialId !== undefined && directory.mayFound;
  const random = systemRandom();
  const admission = new Admission({
    clusterId,
    introduction,
    initialMembers,
    addresses: () => discovery.pool.addresses(),
    expectation: await expectationOf(options, newcomer),
    initialId: mayFound ? nodeId(initialId) : undefined,
    replaces: directory.replaces,
    token: joinToken === undefined ? undefined : parseJoinToken(joinToken),
    ask: (address, ask) => askToJoin(address, ask, limits.JOIN_ATTEMPT_TIMEOUT_MS),
    identify: (address, ask) => discovery.identify(address, ask),
    lookMs: discovery.searches ? limits.FOUNDING_LOOK_MS : 0,
    clock: systemClock,
    scheduler: systemScheduler,
    log,
    // Not all at the same moments: those that founded together would get in each other's way again and again.
    retryMs: () => limits.JOIN_RETRY_MS / 2 + random.below(limits.JOIN_RETRY_MS),
    reportIntervalMs: limits.JOIN_REPORT_INTERVAL_MS,
    signal,
  });
  desk.joins = async () => admission.answer();
  const admitted = await admission.run();
  desk.joins = undefined;
  if (admitted === undefined) throw stopped();
  const record = recordOf(clusterId, admitted);
  await settle(directory, record);
  desk.settled(record.node, record.founders);
  log.info(
    { node: record.node, as: admitted.kind, uuid: directory.uuid },
    'node has its place in the cluster',
  );
  return record;
}

/** Undefined where this directory does not found by number: not told to, or it takes the place of a lost one. */
async function expectationOf(
  { config, directory, log }: PlaceOptions,
  { introduction, desk, discovery }: Newcomer,
): Promise<Expectation | undefined> {
  const { id: clusterId, bootstrapExpect: expects } = config.cluster;
  if (expects === undefined || !directory.mayFound) return undefined;
  const { uuid, addresses } = introduction;
  const founding = new Founding({
    clusterId,
    uuid,
    addresses,
    expects,
    record: await readFounding(directory.store),
    save: (record) => writeFounding(directory.store, record),
    ask: (address, ask) => askFounding(address, ask, limits.JOIN_ATTEMPT_TIMEOUT_MS),
    clock: systemClock,
    log,
    makerGoneMs: limits.FOUNDING_MAKER_GONE_MS,
  });
  desk.forming({ expects, founding, told: (address) => discovery.pool.told(address) });
  return new Expectation({
    clusterId,
    uuid,
    address: addresses.peer,
    expects,
    pool: discovery.pool,
    founding,
    identify: (address, ask) => discovery.identify(address, ask),
  });
}
