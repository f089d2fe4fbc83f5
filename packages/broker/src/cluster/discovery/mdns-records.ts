/**
 * What nodes say of themselves over multicast DNS (RFC 6762, DNS-SD RFC 6763), as records and back:
 *
 *   _flowmesh._tcp.local         PTR  <uuid>._flowmesh._tcp.local
 *   <uuid>._flowmesh._tcp.local  SRV  port, <uuid>.local      TXT  cluster, node, version, port, address
 *   <uuid>.local                 A or AAAA, where the advertised host is an address
 */
import { isIPv4, isIPv6 } from 'node:net';
import { NODE_ID_MAX, type NodeId, nodeId } from '@flowmesh/base';
import { isAddress } from '../../config/schema.ts';
import { splitAddress } from './address-source.ts';

export const SERVICE = '_flowmesh._tcp.local';

/** A record as multicast-dns has it; `data` depends on `type`. */
export interface MdnsRecord {
  readonly name: string;
  readonly type: string;
  readonly ttl?: number;
  readonly flush?: boolean;
  readonly data?: unknown;
}

export interface MdnsQuestion {
  readonly name: string;
  readonly type: string;
}

export interface Announcement {
  readonly clusterId: string;
  readonly uuid: string;
  readonly node: NodeId | undefined;
  readonly version: string;
  /** host:port of the peer listener, as others reach it. */
  readonly address: string;
}

export interface Announced extends Announcement {
  /** 0: it says goodbye. */
  readonly ttlSeconds: number;
}

const RECORDS_MAX = 64;
const TEXT_MAX = 255;

export function recordsOf(own: Announcement, ttl: number): readonly MdnsRecord[] {
  const instance = `${own.uuid}.${SERVICE}`;
  const target = `${own.uuid}.local`;
  const { host, port } = splitAddress(own.address);
  const facts = {
    cluster: own.clusterId,
    node: String(own.node ?? 0),
    version: own.version,
    port: String(port),
    address: own.address,
  };
  const records: MdnsRecord[] = [
    { name: SERVICE, type: 'PTR', ttl, data: instance },
    { name: instance, type: 'SRV', ttl, flush: true, data: { port, target, priority: 0, weight: 0 } },
    {
      name: instance,
      type: 'TXT',
      ttl,
      flush: true,
      data: Object.entries(facts).map(([key, value]) => `${key}=${value}`),
    },
  ];
  if (isIPv4(host)) records.push({ name: target, type: 'A', ttl, flush: true, data: host });
  if (isIPv6(host)) records.push({ name: target, type: 'AAAA', ttl, flush: true, data: host });
  return records;
}

/** Whether this node has something to say to the question. */
export function concerns(question: MdnsQuestion, uuid: string): boolean {
  const name = question.name.toLowerCase();
  const asked = [SERVICE, `${uuid}.${SERVICE}`, `${uuid}.local`];
  return asked.includes(name) && ['ANY', 'PTR', 'SRV', 'TXT', 'A', 'AAAA'].includes(question.type);
}

/** Everybody that a packet announces. What is malformed in it is left out. */
export function announcedIn(records: readonly MdnsRecord[]): readonly Announced[] {
  if (records.length > RECORDS_MAX) return [];
  const found: Announced[] = [];
  for (const record of records) {
    if (record.type !== 'PTR' || lower(record.name) !== SERVICE) continue;
    const announced = announcedBy(record, records);
    if (announced !== undefined) found.push(announced);
  }
  return found;
}

function announcedBy(pointer: MdnsRecord, records: readonly MdnsRecord[]): Announced | undefined {
  const instance = lower(pointer.data);
  if (!instance.endsWith(`.${SERVICE}`)) return undefined;
  const uuid = instance.slice(0, -SERVICE.length - 1);
  const text = records.find((one) => one.type === 'TXT' && lower(one.name) === instance);
  const facts = factsOf(text?.data);
  const { cluster, address, version = '' } = facts;
  const node = Number(facts['node'] ?? 0);
  if (!/^[\w-]{1,64}$/.test(uuid) || cluster === undefined || address === undefined) return undefined;
  if (!isAddress(address) || !Number.isInteger(node) || node < 0 || node > NODE_ID_MAX) return undefined;
  const ttlSeconds = pointer.ttl ?? 0;
  const id = node === 0 ? undefined : nodeId(node);
  return { clusterId: cluster, uuid, node: id, version, address, ttlSeconds };
}

function lower(value: unknown): string {
  return typeof value === 'string' && value.length <= TEXT_MAX ? value.toLowerCase() : '';
}

/** `key=value` strings of a TXT record, which come as bytes. */
function factsOf(data: unknown): Readonly<Partial<Record<string, string>>> {
  const facts: Record<string, string> = {};
  for (const item of Array.isArray(data) ? (data as unknown[]) : []) {
    const text = item instanceof Uint8Array ? Buffer.from(item).toString('utf8') : item;
    if (typeof text !== 'string' || text.length > TEXT_MAX) continue;
    const at = text.indexOf('=');
    if (at > 0) facts[text.slice(0, at)] = text.slice(at + 1);
  }
  return facts;
}
