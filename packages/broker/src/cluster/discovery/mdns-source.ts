/**
 * Peers on the local network by multicast DNS. Announces this node, asks for others, and remembers who of the same cluster id answered,
 * for as long as they said. A stopping node says goodbye.
 *
 *   closed ── the interface has an address ──► open: announce, ask, answer ── address gone or changed, socket failed ──► closed
 *
 * Nothing that arrives is trusted: other clusters and malformed packets are passed over, the table is bounded, and answers are rationed.
 */
import type { Clock, NodeId, Scheduler, TimerHandle } from '@flowmesh/base';
import type { ClusterLog } from '../cluster-log.ts';
import type { AddressSource, FoundAddress } from './address-source.ts';
import { announcedIn, type Announcement, concerns, recordsOf, SERVICE } from './mdns-records.ts';
import type { MdnsPacket, MdnsSocket, OpenMdns } from './mdns-socket.ts';

export interface MdnsSourceOptions {
  readonly own: Announcement;
  /** Of the interface to use; undefined while it has none. */
  readonly interfaceAddress: () => string | undefined;
  readonly open: OpenMdns;
  readonly clock: Clock;
  readonly scheduler: Scheduler;
  readonly log: ClusterLog;
  /** Between questions of a node that is new. */
  readonly intervalMs: number;
  readonly addressesMax: number;
}

/** How long others may believe an announcement, and how often it is repeated. */
const TTL_SECONDS = 120;
const TTL_SECONDS_MAX = 600;
const REPEAT_INTERVAL_MS = 30_000;
/** A node that started asks often for so long, then with every repetition only. */
const EAGER_MS = 60_000;
/** Between two answers: one packet says all there is to say. */
const ANSWER_INTERVAL_MS = 250;

interface Entry {
  readonly address: string;
  readonly node: NodeId | undefined;
  readonly untilMs: number;
}

export class MdnsSource implements AddressSource {
  readonly name = 'mdns';
  private readonly options: MdnsSourceOptions;
  private readonly table = new Map<string, Entry>();
  private own: Announcement;
  private socket: MdnsSocket | undefined;
  private socketAddress: string | undefined;
  private closing: Promise<void> = Promise.resolve();
  private onFound: () => void = () => undefined;
  private ticker: TimerHandle | undefined;
  private answer: TimerHandle | undefined;
  private startedMs = 0;
  private announcedMs = Number.NEGATIVE_INFINITY;
  private trouble: string | undefined;
  private failed = false;
  private stopped = false;

  constructor(options: MdnsSourceOptions) {
    this.options = options;
    this.own = options.own;
  }

  start(onFound: () => void): void {
    this.onFound = onFound;
    this.startedMs = this.options.clock.monotonicMs();
    this.tick();
  }

  /** This node has its id. */
  setNode(node: NodeId): void {
    this.own = { ...this.own, node };
    this.announce();
  }

  async stop(): Promise<void> {
    if (this.stopped) return;
    this.stopped = true;
    this.ticker?.cancel();
    this.answer?.cancel();
    await this.socket?.respond(recordsOf(this.own, 0));
    this.close();
    await this.closing;
  }

  current(): readonly FoundAddress[] {
    this.expire();
    const { clusterId } = this.own;
    return [...this.table.values()].map(({ address, node }) =>
      node === undefined ? { address, clusterId } : { address, clusterId, node },
    );
  }

  // ---- the socket

  private tick(): void {
    this.expire();
    this.follow();
    if (this.socket !== undefined) {
      const nowMs = this.options.clock.monotonicMs();
      const repeat = nowMs - this.announcedMs >= REPEAT_INTERVAL_MS;
      if (repeat) this.announce();
      if (repeat || nowMs - this.startedMs < EAGER_MS) {
        this.socket.query([{ name: SERVICE, type: 'PTR' }]);
      }
    }
    this.ticker = this.options.scheduler.after(this.options.intervalMs, () => this.tick());
  }

  /** Opens the socket on the interface's address of now; one that failed or that is on another address is closed first. */
  private follow(): void {
    const address = this.options.interfaceAddress();
    if (this.socket !== undefined && address === this.socketAddress && !this.failed) return;
    this.close();
    this.failed = false;
    if (address === undefined) {
      this.troubled('the network interface for mDNS has no IPv4 address');
      return;
    }
    this.socketAddress = address;
    this.announcedMs = Number.NEGATIVE_INFINITY;
    try {
      const opened: MdnsSocket = this.options.open(address, {
        onQuery: (packet) => this.asked(packet),
        onResponse: (packet) => this.heard(packet),
        onTrouble: (error) => {
          if (this.socket !== opened || this.stopped) return;
          this.failed ||= 'syscall' in error;
          this.troubled(error.message);
        },
      });
      this.socket = opened;
    } catch (error) {
      this.troubled(error instanceof Error ? error.message : String(error));
    }
  }

  private close(): void {
    const { socket } = this;
    this.socket = undefined;
    if (socket !== undefined) this.closing = this.closing.then(() => socket.close());
  }

  /** Said once, until something else is wrong. */
  private troubled(reason: string): void {
    if (this.trouble === reason) return;
    this.trouble = reason;
    this.options.log.warn({ reason }, 'mDNS has trouble; it goes on trying');
  }

  // ---- talking

  private announce(): void {
    if (this.socket === undefined || this.stopped) return;
    this.announcedMs = this.options.clock.monotonicMs();
    void this.socket.respond(recordsOf(this.own, TTL_SECONDS));
  }

  private asked(packet: MdnsPacket): void {
    if (this.stopped || this.answer !== undefined) return;
    if (!packet.questions.some((question) => concerns(question, this.own.uuid))) return;
    const sinceMs = this.options.clock.monotonicMs() - this.announcedMs;
    const delayMs = Math.max(0, ANSWER_INTERVAL_MS - sinceMs);
    this.answer = this.options.scheduler.after(delayMs, () => {
      this.answer = undefined;
      this.announce();
    });
  }

  private heard(packet: MdnsPacket): void {
    if (this.stopped) return;
    let changed = false;
    for (const announced of announcedIn([...packet.answers, ...packet.additionals])) {
      const { uuid, address, node, ttlSeconds } = announced;
      if (announced.clusterId !== this.own.clusterId || uuid === this.own.uuid) continue;
      const before = this.table.get(uuid);
      if (ttlSeconds === 0) {
        this.table.delete(uuid);
        continue;
      }
      if (before === undefined && this.table.size >= this.options.addressesMax) continue;
      const lifeMs = Math.min(ttlSeconds, TTL_SECONDS_MAX) * 1_000;
      this.table.set(uuid, { address, node, untilMs: this.options.clock.monotonicMs() + lifeMs });
      changed ||= before?.address !== address;
    }
    if (changed) this.onFound();
  }

  private expire(): void {
    const nowMs = this.options.clock.monotonicMs();
    for (const [uuid, entry] of this.table) {
      if (entry.untilMs <= nowMs) this.table.delete(uuid);
    }
  }
}
