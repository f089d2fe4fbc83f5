/**
 * Health messages between nodes: what the sender leads, what troubles it has, and how it is itself. Soft state: every message may be
 * lost, late or repeated; (term, version) tells which report of a group is newest. A node of before version 2 takes a message of
 * that version as empty, so the report of a node is a message of its own.
 *
 *   1 u8 · kind u8 (0: changes, 1: begin of a full report) · count of troubles u8 · troubles text
 *   · records: count varint, then each: group varint · term varint · version varint · leader varint (0: none)
 *     · in-sync nodes: count u8, each varint · log start varint · high watermark varint · bytes varint
 *
 *   2 u8 · flags u8 (1: others should lead) · disk total varint · disk free varint · stored varint · rss varint · uptime varint
 *   · leading varint · features min varint · features max varint · version text
 *   · address of the main Kafka listener text (absent where there is none, and in earlier builds)
 *   · further Kafka listeners: count u8, each: name text · address text (absent in earlier builds) · what later versions add
 */
import {
  ByteReader,
  ByteWriter,
  FlowError,
  type GroupId,
  groupId,
  type MemberId,
  memberIdFrom,
  NO_MEMBER,
  NODE_ID_MAX,
  type NodeId,
  nodeId,
} from '@flowmesh/base';
import { MAIN_LISTENER } from '../config/kafka-listeners.ts';
import {
  HEALTH_GROUPS_MAX,
  KAFKA_NAMED_LISTENERS_MAX,
  TROUBLE_LENGTH_MAX,
  TROUBLES_MAX,
} from '../config/limits.ts';
import { isAddress } from '../config/schema.ts';
import type { NodeReport } from '../services/ports.ts';

const LEADERS = 1;
const NODE = 2;
const IN_SYNC_MAX = 255;
const VERSION_LENGTH_MAX = 64;
const AVOID_LEADING = 1;

export interface LeaderReport {
  readonly group: GroupId;
  readonly term: number;
  /** Counts the reports of one leadership. */
  readonly version: number;
  /** 0: the sender no longer leads and knows no other. */
  readonly leader: MemberId;
  readonly inSync: readonly NodeId[];
  readonly logStartOffset: number;
  readonly highWatermark: number;
  readonly sizeBytes: number;
}

export interface LeadersMessage {
  /** True: `troubles` replace what was known. */
  readonly full: boolean;
  readonly troubles: readonly string[];
  readonly reports: readonly LeaderReport[];
}

export type HealthMessage =
  | ({ readonly kind: 'leaders' } & LeadersMessage)
  | { readonly kind: 'node'; readonly report: NodeReport }
  /** Of a later version. */
  | { readonly kind: 'unknown' };

export function encodeNodeReport(report: NodeReport): Uint8Array {
  const writer = new ByteWriter(128)
    .u8(NODE)
    .u8(report.avoidLeading ? AVOID_LEADING : 0)
    .varint(report.diskTotalBytes)
    .varint(report.diskFreeBytes)
    .varint(report.storedBytes)
    .varint(report.rssBytes)
    .varint(report.uptimeMs)
    .varint(report.leading)
    .varint(report.durable)
    .varint(report.features.min)
    .varint(report.features.max)
    .text(report.version.slice(0, VERSION_LENGTH_MAX));
  writeKafkaAddresses(writer, report.kafkaAddresses);
  return writer.finish();
}

export function encodeHealth(message: LeadersMessage): Uint8Array {
  const writer = new ByteWriter(64 + message.reports.length * 32);
  writer.u8(LEADERS).u8(message.full ? 1 : 0);
  const troubles = message.troubles.slice(0, TROUBLES_MAX);
  writer.u8(troubles.length);
  for (const trouble of troubles) writer.text(trouble.slice(0, TROUBLE_LENGTH_MAX));
  writer.varint(message.reports.length);
  for (const report of message.reports) {
    writer.varint(report.group).varint(report.term).varint(report.version).varint(report.leader);
    writer.u8(report.inSync.length);
    for (const node of report.inSync) writer.varint(node);
    writer.varint(report.logStartOffset).varint(report.highWatermark).varint(report.sizeBytes);
  }
  return writer.finish();
}

function malformed(what: string): FlowError {
  return new FlowError('INVALID_ARGUMENT', `malformed health message: ${what}`);
}

function readNode(reader: ByteReader): NodeId {
  const value = reader.varint();
  if (value < 1 || value > NODE_ID_MAX) throw malformed('node id');
  return nodeId(value);
}

function readMember(reader: ByteReader): MemberId {
  const value = reader.varint();
  if (value === 0) return NO_MEMBER;
  if (value % (NODE_ID_MAX + 1) === 0 || value <= NODE_ID_MAX) throw malformed('member id');
  return memberIdFrom(value);
}

function readReport(reader: ByteReader): LeaderReport {
  const group = groupId(reader.varint());
  const term = reader.varint();
  const version = reader.varint();
  const leader = readMember(reader);
  const count = reader.u8();
  if (count > IN_SYNC_MAX) throw malformed('in-sync set');
  const inSync: NodeId[] = [];
  for (let i = 0; i < count; i++) inSync.push(readNode(reader));
  return {
    group,
    term,
    version,
    leader,
    inSync,
    logStartOffset: reader.varint(),
    highWatermark: reader.varint(),
    sizeBytes: reader.varint(),
  };
}

function readNodeReport(reader: ByteReader): NodeReport {
  const flags = reader.u8();
  return {
    avoidLeading: (flags & AVOID_LEADING) !== 0,
    diskTotalBytes: reader.varint(),
    diskFreeBytes: reader.varint(),
    storedBytes: reader.varint(),
    rssBytes: reader.varint(),
    uptimeMs: reader.varint(),
    leading: reader.varint(),
    durable: reader.varint(),
    features: { min: reader.varint(), max: reader.varint() },
    version: reader.text().slice(0, VERSION_LENGTH_MAX),
    kafkaAddresses: readKafkaAddresses(reader),
  };
}

/** A node has further listeners only beside the main one. */
function writeKafkaAddresses(writer: ByteWriter, addresses: ReadonlyMap<string, string> | undefined): void {
  const main = addresses?.get(MAIN_LISTENER);
  if (addresses === undefined || main === undefined) return;
  const others = [...addresses].filter(([name]) => name !== MAIN_LISTENER);
  writer.text(main).u8(others.length);
  for (const [name, address] of others) writer.text(name).text(address);
}

/** Without what is no address: clients are not sent there. Undefined where there is none. */
function readKafkaAddresses(reader: ByteReader): ReadonlyMap<string, string> | undefined {
  const addresses = new Map<string, string>();
  const note = (name: string): void => {
    const address = reader.text();
    if (isAddress(address)) addresses.set(name, address);
  };
  if (reader.remaining > 0) note(MAIN_LISTENER);
  const others = reader.remaining === 0 ? 0 : reader.u8();
  if (others > KAFKA_NAMED_LISTENERS_MAX) throw malformed('too many Kafka listeners');
  for (let i = 0; i < others; i++) note(reader.text());
  return addresses.size === 0 ? undefined : addresses;
}

function readLeaders(reader: ByteReader): LeadersMessage {
  const kind = reader.u8();
  if (kind > 1) throw malformed('kind');
  const troubleCount = reader.u8();
  if (troubleCount > TROUBLES_MAX) throw malformed('too many troubles');
  const troubles: string[] = [];
  for (let i = 0; i < troubleCount; i++) troubles.push(reader.text().slice(0, TROUBLE_LENGTH_MAX));
  const count = reader.varint();
  if (count > HEALTH_GROUPS_MAX) throw malformed('too many groups');
  const reports: LeaderReport[] = [];
  for (let i = 0; i < count; i++) reports.push(readReport(reader));
  if (reader.remaining > 0) throw malformed('trailing bytes');
  return { full: kind === 1, troubles, reports };
}

/** INVALID_ARGUMENT for anything that the encoders cannot have made. A later version is read as unknown. */
export function decodeHealth(payload: Uint8Array): HealthMessage {
  const reader = new ByteReader(payload);
  switch (reader.u8()) {
    case LEADERS:
      return { kind: 'leaders', ...readLeaders(reader) };
    case NODE:
      return { kind: 'node', report: readNodeReport(reader) };
  }
  return { kind: 'unknown' };
}
