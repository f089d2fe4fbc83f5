/** A name server for tests: A, AAAA and SRV records from a table, over UDP. Run as a program it serves a JSON file, read at every question. */
import { createSocket } from 'node:dgram';
import { readFileSync } from 'node:fs';
import { isIPv4, isIPv6 } from 'node:net';

export interface DnsTable {
  readonly addresses?: Readonly<Record<string, readonly string[]>>;
  readonly services?: Readonly<Record<string, readonly { readonly host: string; readonly port: number }[]>>;
}

export interface DnsServer {
  readonly port: number;
  close(): Promise<void>;
}

const A = 1;
const AAAA = 28;
const SRV = 33;
const NAME_ERROR = 3;

function encodeName(name: string): Buffer {
  const labels = name.split('.').map((label) => Buffer.concat([Buffer.of(label.length), Buffer.from(label)]));
  return Buffer.concat([...labels, Buffer.of(0)]);
}

function readName(message: Buffer): { readonly name: string; readonly end: number } {
  const labels: string[] = [];
  let at = 12;
  for (let length = message[at] ?? 0; length > 0; length = message[at] ?? 0) {
    labels.push(message.toString('ascii', at + 1, at + 1 + length));
    at += length + 1;
  }
  return { name: labels.join('.').toLowerCase(), end: at + 1 };
}

function ipv6Bytes(address: string): Buffer {
  const [head = '', tail] = address.split('::');
  const words = (text: string): string[] => (text === '' ? [] : text.split(':'));
  const left = words(head);
  const right = tail === undefined ? [] : words(tail);
  const zeros = Array.from({ length: 8 - left.length - right.length }, () => '0');
  const bytes = Buffer.alloc(16);
  [...left, ...zeros, ...right].forEach((word, i) => bytes.writeUInt16BE(Number.parseInt(word, 16), i * 2));
  return bytes;
}

function dataOf(table: DnsTable, name: string, type: number): readonly Buffer[] {
  const addresses = table.addresses?.[name] ?? [];
  if (type === A)
    return addresses.filter((one) => isIPv4(one)).map((one) => Buffer.from(one.split('.').map(Number)));
  if (type === AAAA) return addresses.filter((one) => isIPv6(one)).map(ipv6Bytes);
  if (type !== SRV) return [];
  return (table.services?.[name] ?? []).map(({ host, port }) => {
    const head = Buffer.alloc(6);
    head.writeUInt16BE(port, 4);
    return Buffer.concat([head, encodeName(host)]);
  });
}

function answer(table: DnsTable, message: Buffer): Buffer {
  const { name, end } = readName(message);
  const type = message.readUInt16BE(end);
  const data = dataOf(table, name, type);
  const known = table.addresses?.[name] !== undefined || table.services?.[name] !== undefined;
  const header = Buffer.alloc(12);
  message.copy(header, 0, 0, 2);
  header.writeUInt16BE(0x8580 | (known ? 0 : NAME_ERROR), 2);
  header.writeUInt16BE(1, 4);
  header.writeUInt16BE(data.length, 6);
  const records = data.map((bytes) => {
    const fields = Buffer.alloc(12);
    fields.writeUInt16BE(0xc00c, 0);
    fields.writeUInt16BE(type, 2);
    fields.writeUInt16BE(1, 4);
    fields.writeUInt16BE(bytes.length, 10);
    return Buffer.concat([fields, bytes]);
  });
  return Buffer.concat([header, message.subarray(12, end + 4), ...records]);
}

export async function serveDns(table: () => DnsTable, host: string, port = 0): Promise<DnsServer> {
  const socket = createSocket('udp4');
  socket.on('message', (message, from) => {
    if (message.length > 16) socket.send(answer(table(), message), from.port, from.address);
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    socket.bind(port, host, resolve);
  });
  return {
    port: socket.address().port,
    close: () => new Promise<void>((resolve) => socket.close(() => resolve())),
  };
}

const [, program, file, host] = process.argv;
if (program === import.meta.filename && file !== undefined && host !== undefined) {
  await serveDns(() => JSON.parse(readFileSync(file, 'utf8')) as DnsTable, host, 53);
}
