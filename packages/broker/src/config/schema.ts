/**
 * The node's configuration: one schema for the file, the environment and flags. Parsed once, frozen, handed out in slices.
 *
 * Keys end with their unit; a value may be written with another one (`tickMs: 0.1s`). Unknown keys are errors. Text is
 * accepted where a number or a boolean is meant, because environment and flags have nothing else.
 */
import { isIPv6 } from 'node:net';
import { z } from 'zod';
import { INITIAL_MEMBERS_MAX, KAFKA_NAMED_LISTENERS_MAX, SEEDS_MAX } from './limits.ts';
import { tls } from './tls.ts';
import { parseBytes, parseDurationMs } from './units.ts';

interface Bounds {
  readonly min: number;
  readonly max: number;
}

type Parse = (text: string) => number | undefined;

/** A number, or text that `parse` understands, within bounds. */
function quantity(parse: Parse, example: string, bounds: Bounds) {
  const expected = `expected ${example}`;
  return z.union([z.number(), z.string()], { error: expected }).transform((input, context) => {
    const value = typeof input === 'number' ? input : parse(input);
    if (value === undefined || !Number.isSafeInteger(value)) {
      context.addIssue({ code: 'custom', message: expected });
      return z.NEVER;
    }
    if (value < bounds.min || value > bounds.max) {
      context.addIssue({ code: 'custom', message: `must be between ${bounds.min} and ${bounds.max}` });
      return z.NEVER;
    }
    return value;
  });
}

function parseInteger(text: string): number | undefined {
  return /^\d+$/.test(text) ? Number(text) : undefined;
}

const integer = (bounds: Bounds) => quantity(parseInteger, 'a whole number', bounds);
const durationMs = (bounds: Bounds) =>
  quantity(parseDurationMs, 'a duration such as 500ms, 10s or 7d', bounds);
const bytes = (bounds: Bounds) => quantity(parseBytes, 'a size such as 64MiB or 1GB', bounds);

const flag = z
  .union([z.boolean(), z.enum(['true', 'false'])], { error: 'expected true or false' })
  .transform((value) => value === true || value === 'true');

/** Text keeps what YAML takes for a number (`id: 1234`). */
const name = (pattern: RegExp, expected: string) =>
  z
    .union([z.string(), z.number()], { error: expected })
    .transform((value) => String(value))
    .refine((value) => pattern.test(value), { error: expected });

const ADDRESS = /^(?:\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._-]+):([1-9]\d{0,4})$/;

/** host:port that can be dialled. */
export function isAddress(value: string): boolean {
  return Number(ADDRESS.exec(value)?.[1] ?? 65_536) <= 65_535;
}

/** A host name, an IPv4 or an IPv6 address, without a port. */
export function isHost(value: string): boolean {
  return (
    value.length <= 255 && (/^[A-Za-z0-9_](?:[A-Za-z0-9._-]*[A-Za-z0-9_.])?$/.test(value) || isIPv6(value))
  );
}

/** fmjt_<id>_<secret>: 16 hexadecimal digits, 32 bytes as text. */
const JOIN_TOKEN = /^fmjt_[0-9a-f]{16}_[A-Za-z0-9_-]{32,128}$/;

const address = z.string({ error: 'expected host:port' }).refine(isAddress, { error: 'expected host:port' });

/** A list, or in the environment its YAML/JSON text or items with commas between them. */
function list<T extends z.ZodType>(item: T, max: number) {
  return z.array(item, { error: 'expected a list' }).max(max, { error: `at most ${max} items` });
}

const nodeIdentity = integer({ min: 1, max: 65_535 });

const initialMember = z.strictObject({
  id: nodeIdentity,
  peerAddress: address,
  grpcAddress: address,
  httpAddress: address,
});

/** 0: any free port. */
const listenerPort = integer({ min: 0, max: 65_535 });

const place = {
  host: z.string({ error: 'expected a host name or an address' }).min(1).default('127.0.0.1'),
  /** host:port as others reach this listener; where absent, what it listens on. */
  advertised: address.optional(),
};

function listener(port: number) {
  return z.strictObject({ ...place, port: listenerPort.prefault(port) });
}

const kafkaListener = z.strictObject({
  ...place,
  tls: tls.optional(),
  port: listenerPort.prefault(9_092),
  /**
   * Further listeners, for clients that reach the nodes in another way (from outside of a container network, say): each by a name that is
   * the same on all nodes. A client is sent to the other nodes' listeners of the name that it came through.
   */
  named: z
    .record(
      z.string().regex(/^[a-z][a-z0-9]{0,15}$/, { error: 'expected 1 to 16 of a-z 0-9, a letter first' }),
      z.strictObject({ ...place, port: listenerPort, tls: tls.optional() }),
    )
    .refine((named) => Object.keys(named).length <= KAFKA_NAMED_LISTENERS_MAX, {
      error: `at most ${KAFKA_NAMED_LISTENERS_MAX} named listeners`,
    })
    .prefault({}),
});

const MIB = 1_024 * 1_024;

const node = z
  .strictObject({
    /** Shown in logs. */
    name: name(/^[\w.-]{1,64}$/, 'expected 1 to 64 of A-Z a-z 0-9 . _ -').optional(),
    /** Which of `cluster.initialMembers` this node is. Means something on its very first start only. */
    initialId: nodeIdentity.optional(),
    dataDir: z.string({ error: 'expected a path' }).min(1, { error: 'expected a path' }).default('./data'),
    /** Keeps nothing on disk: after a restart this is a new, empty node. */
    memory: flag.prefault(false),
    rack: name(/^[\w.-]{0,64}$/, 'expected up to 64 of A-Z a-z 0-9 . _ -').default(''),
    /** Host name or address under which others reach this node, for every listener that is not on loopback and says nothing itself. */
    advertise: z
      .string({ error: 'expected a host name or an address, without a port' })
      .refine(isHost, { error: 'expected a host name or an address, without a port' })
      .optional(),
    /** What to do at the start when the node does not find itself at its advertised addresses. */
    advertiseCheck: z
      .enum(['error', 'warn', 'off'], { error: 'expected error, warn or off' })
      .default('error'),
  })
  .prefault({});

/** Finds addresses only: what is found founds nothing and admits nobody. */
const discovery = z
  .strictObject({
    mdns: z
      .strictObject({
        enabled: flag.prefault(false),
        /** Name or address of the network interface. Default: the one that the peer listener is on. */
        interface: z.string({ error: 'expected the name or an address of an interface' }).min(1).optional(),
      })
      .prefault({}),
    dns: z
      .strictObject({
        /** Every address of this name is a peer, as those of a headless service in Kubernetes. */
        name: z
          .string({ error: 'expected a domain name' })
          .refine(isHost, { error: 'expected a domain name' })
          .optional(),
        /** Where peers listen; by default what this node's own peer listener has. */
        port: integer({ min: 1, max: 65_535 }).optional(),
        /** A name with SRV records, which say host and port; instead of `name`. */
        srv: z
          .string({ error: 'expected a domain name' })
          .refine(isHost, { error: 'expected a domain name' })
          .optional(),
      })
      .optional(),
    /** Names are resolved, and peers that are not connected looked for, this often. */
    intervalMs: durationMs({ min: 100, max: 600_000 }).prefault(5_000),
  })
  .prefault({});

const cluster = z.strictObject({
  id: name(/^[A-Za-z0-9_-]{1,64}$/, 'expected 1 to 64 of A-Z a-z 0-9 _ -'),
  /** The same on every node: who founds the cluster. Founding happens once, when all of them have been seen. */
  initialMembers: list(initialMember, INITIAL_MEMBERS_MAX).default([]),
  /** Peer addresses where a joining node asks. The initial members are asked too. */
  seeds: list(address, SEEDS_MAX).default([]),
  /**
   * Instead of `initialMembers`: new directories found the cluster once so many of them, with the same value and the same id, see each
   * other. Means something until the cluster exists, and may stay.
   */
  bootstrapExpect: integer({ min: 1, max: INITIAL_MEMBERS_MAX }).optional(),
  /** What a new node shows to be admitted. Secret. */
  joinToken: z
    .string({ error: 'expected a join token' })
    .refine((value) => JOIN_TOKEN.test(value), { error: 'expected a join token (fmjt_…)' })
    .optional(),
  discovery,
});

const raft = z
  .strictObject({
    tickMs: durationMs({ min: 10, max: 1_000 }).prefault(100),
    /** Minimum ticks without a leader before an election; the actual timeout is in [n, 2n). */
    electionTicks: integer({ min: 3, max: 1_000 }).prefault(10),
    heartbeatTicks: integer({ min: 1, max: 100 }).prefault(3),
    appendBytesMax: bytes({ min: 64 * 1_024, max: 64 * MIB }).prefault(MIB),
    inflightMessagesMax: integer({ min: 1, max: 10_000 }).prefault(256),
    inflightBytesMax: bytes({ min: MIB, max: 1_024 * MIB }).prefault(32 * MIB),
    applyBytesMax: bytes({ min: MIB, max: 1_024 * MIB }).prefault(16 * MIB),
    uncommittedBytesMax: bytes({ min: MIB, max: 1_024 * MIB }).prefault(64 * MIB),
    /** A voter that has not been caught up for this long leaves the in-sync set. */
    replicaLagTimeMaxMs: durationMs({ min: 500, max: 600_000 }).prefault(10_000),
  })
  .prefault({});

const storage = z
  .strictObject({
    /**
     * Recent entries of all groups kept in memory, for replication and tailing consumers. Default: a sixteenth of the container's memory
     * limit, at most 512 MiB; 64 MiB without a limit.
     */
    tailBytes: bytes({ min: MIB, max: 16 * 1_024 * MIB }).optional(),
    /** Blocks of the storage engine. Default: a sixteenth of the container's memory limit, at most 1 GiB; 64 MiB without a limit. */
    blockCacheBytes: bytes({ min: MIB, max: 64 * 1_024 * MIB }).optional(),
    /** Producers are refused while less than this is free on the disk. Default: 5 % of it, at most 2 GiB. */
    reserveBytes: bytes({ min: MIB, max: 1_024 * 1_024 * MIB }).optional(),
    /** `always`: a majority has fsynced before an append is acknowledged. There is no other mode yet. */
    fsync: z
      .enum(['always'], { error: 'only "always" exists: every acknowledged append is fsynced by a majority' })
      .default('always'),
  })
  .prefault({});

/** Consumer groups of Kafka's clients that assign among themselves. */
const groups = z
  .strictObject({
    /** How long the first member of a group waits for others, so that they are assigned together. */
    initialRebalanceDelayMs: durationMs({ min: 0, max: 600_000 }).prefault(3_000),
    /** What members may ask for as the time of silence after which they are let go. */
    sessionTimeoutMinMs: durationMs({ min: 100, max: 1_800_000 }).prefault(6_000),
    sessionTimeoutMaxMs: durationMs({ min: 100, max: 86_400_000 }).prefault(1_800_000),
  })
  .prefault({});

const security = z
  .strictObject({
    /** `required`: clients of gRPC and Kafka say who they are, and may do what their user may (`flowmesh-admin user`). The same on all nodes. */
    authentication: z.enum(['off', 'required'], { error: 'expected off or required' }).default('off'),
    /** Kafka's clients authenticate again before so long, or are cut off; 0: never. */
    sessionLifetimeMs: durationMs({ min: 0, max: 7 * 86_400_000 }).prefault(0),
    /**
     * Where the node writes, at every start, the token of its local administrator, for the first user and for emergencies. Default: admin.token
     * in the data directory; a node that keeps nothing on disk writes one only where this is set.
     */
    tokenFile: z.string({ error: 'expected a path' }).min(1, { error: 'expected a path' }).optional(),
  })
  .prefault({});

export const configSchema = z.strictObject({
  node,
  cluster,
  listeners: z
    .strictObject({
      grpc: listener(50_051).extend({ tls: tls.optional() }).prefault({}),
      peer: listener(50_052).prefault({}),
      http: listener(8_080).prefault({}),
      /** For Kafka's clients; where absent, the node does not listen for them. */
      kafka: kafkaListener.optional(),
    })
    .prefault({}),
  security,
  raft,
  storage,
  groups,
  log: z
    .strictObject({
      level: z
        .enum(['trace', 'debug', 'info', 'warn', 'error'], {
          error: 'expected trace, debug, info, warn or error',
        })
        .default('info'),
    })
    .prefault({}),
  /** Allows listeners beyond loopback although nothing asks who is calling. */
  insecure: flag.prefault(false),
});

type Frozen<T> =
  T extends ReadonlyArray<infer Item>
    ? ReadonlyArray<Frozen<Item>>
    : T extends object
      ? { readonly [Key in keyof T]: Frozen<T[Key]> }
      : T;

export type NodeConfig = Frozen<z.output<typeof configSchema>>;
export type ListenerConfig = NodeConfig['listeners']['grpc'];

/** JSON Schema (2020-12) of the configuration file, for editors and documentation. */
export function configJsonSchema(): object {
  return z.toJSONSchema(configSchema, { io: 'input' });
}
