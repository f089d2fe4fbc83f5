/**
 * The wires between machines. A frame may be lost, delayed, doubled or overtaken; a link may be cut in one direction or
 * held up for a while (clogged). Connections are soft: a process that ends is noticed soon by those that it can reach,
 * a cut link only when the keep-alive gives up.
 */
import type { NodeId, Random } from '@flowmesh/base';
import { must } from '@flowmesh/base';
import type { EventOwner, VirtualTime } from '../time/virtual-time.ts';

/** A process's end of the network. */
export interface Endpoint {
  readonly node: NodeId;
  readonly owner: EventOwner;
  onFrame(from: NodeId, frame: Uint8Array): void;
  onUp(peer: NodeId): void;
  onDown(peer: NodeId): void;
}

export interface NetworkWeather {
  /** Share of frames lost, doubled, delayed by up to `delayMsMax`. */
  loss: number;
  duplication: number;
  delayShare: number;
  delayMsMax: number;
}

export const CALM: Readonly<NetworkWeather> = { loss: 0, duplication: 0, delayShare: 0, delayMsMax: 0 };

const LATENCY_MS_MIN = 0.1;
const LATENCY_MS_SPAN = 0.9;
const RESET_NOTICED_MS = 5;
const KEEP_ALIVE_MS = 2_500;
const RECONNECT_MS = 60;

interface Link {
  cut: boolean;
  clogUntil: number;
}

export class SimNetwork {
  weather: NetworkWeather = { ...CALM };
  readonly counters = { frames: 0, lost: 0, doubled: 0 };
  private readonly time: VirtualTime;
  private readonly random: Random;
  private readonly endpoints = new Map<NodeId, Endpoint>();
  private readonly links = new Map<number, Link>();
  /** Ordered pairs whose first end believes itself connected to the second. */
  private readonly connections = new Set<number>();

  constructor(time: VirtualTime, random: Random) {
    this.time = time;
    this.random = random;
  }

  attach(endpoint: Endpoint): void {
    this.endpoints.set(endpoint.node, endpoint);
    for (const peer of this.endpoints.keys())
      if (peer !== endpoint.node) this.planConnect(endpoint.node, peer);
  }

  /** The process is gone; its peers notice where a reset reaches them. */
  detach(node: NodeId): void {
    this.endpoints.delete(node);
    for (const key of this.connections) {
      const [from, to] = pair(key);
      if (from === node) this.connections.delete(key);
      if (to !== node) continue;
      const noticed = this.link(node, from).cut ? KEEP_ALIVE_MS : this.random.unit() * RESET_NOTICED_MS;
      this.time.after(noticed, undefined, 'reset', () => this.disconnect(from, node));
    }
  }

  connected(from: NodeId, to: NodeId): boolean {
    return this.connections.has(linkKey(from, to));
  }

  send(from: NodeId, to: NodeId, frame: Uint8Array): void {
    this.counters.frames++;
    const link = this.link(from, to);
    const weather = this.weather;
    if (link.cut || (weather.loss > 0 && this.random.unit() < weather.loss)) {
      this.counters.lost++;
      return;
    }
    this.deliver(from, to, frame, link);
    if (weather.duplication > 0 && this.random.unit() < weather.duplication) {
      this.counters.doubled++;
      this.deliver(from, to, frame, link);
    }
  }

  cut(from: NodeId, to: NodeId): void {
    const link = this.link(from, to);
    if (link.cut) return;
    link.cut = true;
    this.time.after(KEEP_ALIVE_MS, undefined, 'keep-alive', () => {
      if (!this.link(from, to).cut) return;
      this.disconnect(from, to);
      this.disconnect(to, from);
    });
  }

  clog(from: NodeId, to: NodeId, forMs: number): void {
    const link = this.link(from, to);
    link.clogUntil = Math.max(link.clogUntil, this.time.now + forMs);
  }

  isCut(from: NodeId, to: NodeId): boolean {
    return this.link(from, to).cut;
  }

  heal(): void {
    for (const link of this.links.values()) {
      link.cut = false;
      link.clogUntil = 0;
    }
    this.reconnectAll();
  }

  /** Mends the cut links of one pair. */
  mend(a: NodeId, b: NodeId): void {
    this.link(a, b).cut = false;
    this.link(b, a).cut = false;
    this.planConnect(a, b);
  }

  private reconnectAll(): void {
    const nodes = [...this.endpoints.keys()];
    for (const a of nodes) for (const b of nodes) if (a < b) this.planConnect(a, b);
  }

  private planConnect(a: NodeId, b: NodeId): void {
    if (this.connected(a, b) && this.connected(b, a)) return;
    this.time.after(1 + this.random.unit() * RECONNECT_MS, undefined, 'connect', () => this.connect(a, b));
  }

  private connect(a: NodeId, b: NodeId): void {
    if (this.link(a, b).cut || this.link(b, a).cut) return;
    for (const [from, to] of [[a, b] as const, [b, a] as const]) {
      const endpoint = this.endpoints.get(from);
      if (endpoint === undefined || !this.endpoints.has(to) || this.connected(from, to)) continue;
      this.connections.add(linkKey(from, to));
      this.time.after(0, endpoint.owner, 'peer-up', () => endpoint.onUp(to));
    }
  }

  private disconnect(from: NodeId, to: NodeId): void {
    // A process that came back in the meantime makes a new connection.
    if (!this.connections.delete(linkKey(from, to))) return;
    const endpoint = this.endpoints.get(from);
    if (endpoint === undefined) return;
    this.time.after(0, endpoint.owner, 'peer-down', () => endpoint.onDown(to));
    if (this.endpoints.has(to)) this.planConnect(from, to);
  }

  private deliver(from: NodeId, to: NodeId, frame: Uint8Array, link: Link): void {
    let delay = LATENCY_MS_MIN + this.random.unit() * LATENCY_MS_SPAN;
    const weather = this.weather;
    if (weather.delayShare > 0 && this.random.unit() < weather.delayShare)
      delay += this.random.unit() * weather.delayMsMax;
    if (link.clogUntil > this.time.now) delay += link.clogUntil - this.time.now;
    const owner = this.endpoints.get(to)?.owner;
    if (owner === undefined) return;
    this.time.after(delay, owner, 'frame', () => {
      if (this.link(from, to).cut) return;
      must(this.endpoints.get(to), 'a live process has an endpoint').onFrame(from, frame);
    });
  }

  private link(from: NodeId, to: NodeId): Link {
    const key = linkKey(from, to);
    let link = this.links.get(key);
    if (link === undefined) {
      link = { cut: false, clogUntil: 0 };
      this.links.set(key, link);
    }
    return link;
  }
}

function linkKey(from: NodeId, to: NodeId): number {
  return from * 65_536 + to;
}

function pair(key: number): readonly [NodeId, NodeId] {
  return [Math.floor(key / 65_536) as NodeId, (key % 65_536) as NodeId];
}
