/**
 * The wires between machines. A frame may be lost, delayed, doubled or overtaken; a link may be cut in one direction or
 * held up for a while (clogged). Connections are soft: a process that ends is noticed soon by those that it can reach,
 * a cut link only when the keep-alive gives up.
 */
import type { NodeId, Random } from '@flowmesh/base';
import { must } from '@flowmesh/base';
import type { EventOwner, VirtualTime } from '../time/virtual-time.ts';

/** A machine's socket: where it can be reached, whatever node runs on it. */
export type Place = number;

/** What travels between two connected processes. */
export interface Frame {
  readonly sender: NodeId;
  readonly kind: 'messages' | 'health';
  readonly bytes: Uint8Array;
}

/** A process's end of the network. */
export interface Endpoint {
  readonly place: Place;
  readonly owner: EventOwner;
  /** Whether it would talk to `other`; a connection needs both to agree. */
  accepts(other: Endpoint): boolean;
  onFrame(frame: Frame): void;
  onUp(peer: Place): void;
  onDown(peer: Place): void;
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
  private readonly endpoints = new Map<Place, Endpoint>();
  private readonly links = new Map<number, Link>();
  /** Ordered pairs whose first end believes itself connected to the second. */
  private readonly connections = new Set<number>();
  /** Those of them whose second end is a process that is gone, which the first has not noticed. */
  private readonly stale = new Set<number>();

  constructor(time: VirtualTime, random: Random) {
    this.time = time;
    this.random = random;
  }

  attach(endpoint: Endpoint): void {
    this.endpoints.set(endpoint.place, endpoint);
    for (const peer of this.endpoints.keys())
      if (peer !== endpoint.place) this.planConnect(endpoint.place, peer);
  }

  /** The process is gone; its peers notice where a reset reaches them. */
  detach(place: Place): void {
    this.endpoints.delete(place);
    for (const key of this.connections) {
      const [from, to] = pair(key);
      if (from === place) this.drop(key);
      if (to !== place) continue;
      this.stale.add(key);
      const noticed = this.link(place, from).cut ? KEEP_ALIVE_MS : this.random.unit() * RESET_NOTICED_MS;
      this.time.after(noticed, undefined, 'reset', () => {
        if (this.stale.has(key)) this.disconnect(from, place);
      });
    }
  }

  /**
   * The process at `place` knows other peers now: connections that an end no longer wants close, others open. What one of the two does not
   * want may be the new process beside the connection of its former one: that one ends when its end is noticed, and they connect then.
   */
  review(place: Place): void {
    const endpoint = this.endpoints.get(place);
    if (endpoint === undefined) return;
    for (const [peer, other] of this.endpoints) {
      if (peer === place) continue;
      const agreed = endpoint.accepts(other) && other.accepts(endpoint);
      if (agreed) this.planConnect(place, peer);
      else if (!this.stale.has(linkKey(place, peer)) && this.drop(linkKey(place, peer))) {
        this.time.after(this.random.unit() * RESET_NOTICED_MS, undefined, 'reset', () =>
          this.disconnect(peer, place),
        );
      }
    }
  }

  connected(from: Place, to: Place): boolean {
    return this.connections.has(linkKey(from, to));
  }

  /** Whether the processes at both ends are connected, and there. */
  attached(a: Place, b: Place): boolean {
    const [one, other] = [linkKey(a, b), linkKey(b, a)];
    if (this.stale.has(one) || this.stale.has(other)) return false;
    return this.connections.has(one) && this.connections.has(other);
  }

  /** Those that the process at `from` is connected to. */
  connectedTo(from: Place): Place[] {
    const places: Place[] = [];
    for (const key of this.connections) {
      const [one, other] = pair(key);
      if (one === from) places.push(other);
    }
    return places;
  }

  send(from: Place, to: Place, frame: Frame): void {
    this.counters.frames++;
    const link = this.link(from, to);
    const weather = this.weather;
    // What goes into a former process's connection reaches nobody.
    const dead = link.cut || this.stale.has(linkKey(from, to));
    if (dead || (weather.loss > 0 && this.random.unit() < weather.loss)) {
      this.counters.lost++;
      return;
    }
    this.deliver(from, to, frame, link);
    if (weather.duplication > 0 && this.random.unit() < weather.duplication) {
      this.counters.doubled++;
      this.deliver(from, to, frame, link);
    }
  }

  cut(from: Place, to: Place): void {
    const link = this.link(from, to);
    if (link.cut) return;
    link.cut = true;
    this.time.after(KEEP_ALIVE_MS, undefined, 'keep-alive', () => {
      if (!this.link(from, to).cut) return;
      this.disconnect(from, to);
      this.disconnect(to, from);
    });
  }

  clog(from: Place, to: Place, forMs: number): void {
    const link = this.link(from, to);
    link.clogUntil = Math.max(link.clogUntil, this.time.now + forMs);
  }

  isCut(from: Place, to: Place): boolean {
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
  mend(a: Place, b: Place): void {
    this.link(a, b).cut = false;
    this.link(b, a).cut = false;
    this.planConnect(a, b);
  }

  private reconnectAll(): void {
    const nodes = [...this.endpoints.keys()];
    for (const a of nodes) for (const b of nodes) if (a < b) this.planConnect(a, b);
  }

  private planConnect(a: Place, b: Place): void {
    const whole = this.connected(a, b) && this.connected(b, a);
    if (whole && !this.stale.has(linkKey(a, b)) && !this.stale.has(linkKey(b, a))) return;
    this.time.after(1 + this.random.unit() * RECONNECT_MS, undefined, 'connect', () => this.connect(a, b));
  }

  private connect(a: Place, b: Place): void {
    if (this.link(a, b).cut || this.link(b, a).cut) return;
    const ends = [this.endpoints.get(a), this.endpoints.get(b)] as const;
    if (ends[0] === undefined || ends[1] === undefined) return;
    if (!ends[0].accepts(ends[1]) || !ends[1].accepts(ends[0])) return;
    for (const [from, to] of [[a, b] as const, [b, a] as const]) {
      const endpoint = from === a ? ends[0] : ends[1];
      // The new process at the other end opens its own connection, which takes the place of the former one's.
      if (this.stale.has(linkKey(from, to)) && this.drop(linkKey(from, to)))
        this.time.after(0, endpoint.owner, 'peer-down', () => endpoint.onDown(to));
      if (this.connected(from, to)) continue;
      this.connections.add(linkKey(from, to));
      this.time.after(0, endpoint.owner, 'peer-up', () => endpoint.onUp(to));
    }
  }

  private disconnect(from: Place, to: Place): void {
    // A process that came back in the meantime makes a new connection.
    if (!this.drop(linkKey(from, to))) return;
    const endpoint = this.endpoints.get(from);
    if (endpoint === undefined) return;
    this.time.after(0, endpoint.owner, 'peer-down', () => endpoint.onDown(to));
    if (this.endpoints.has(to)) this.planConnect(from, to);
  }

  private drop(key: number): boolean {
    this.stale.delete(key);
    return this.connections.delete(key);
  }

  private deliver(from: Place, to: Place, frame: Frame, link: Link): void {
    let delay = LATENCY_MS_MIN + this.random.unit() * LATENCY_MS_SPAN;
    const weather = this.weather;
    if (weather.delayShare > 0 && this.random.unit() < weather.delayShare)
      delay += this.random.unit() * weather.delayMsMax;
    if (link.clogUntil > this.time.now) delay += link.clogUntil - this.time.now;
    const owner = this.endpoints.get(to)?.owner;
    if (owner === undefined) return;
    this.time.after(delay, owner, 'frame', () => {
      if (this.link(from, to).cut) return;
      must(this.endpoints.get(to), 'a live process has an endpoint').onFrame(frame);
    });
  }

  private link(from: Place, to: Place): Link {
    const key = linkKey(from, to);
    let link = this.links.get(key);
    if (link === undefined) {
      link = { cut: false, clogUntil: 0 };
      this.links.set(key, link);
    }
    return link;
  }
}

function linkKey(from: Place, to: Place): number {
  return from * 65_536 + to;
}

function pair(key: number): readonly [Place, Place] {
  return [Math.floor(key / 65_536), key % 65_536];
}
