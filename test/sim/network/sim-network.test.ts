import { SeededRandom } from '@flowmesh/base';
import { expect, test } from 'vitest';
import { inMacrotask } from '../time/in-macrotask.ts';
import { type EventOwner, VirtualTime } from '../time/virtual-time.ts';
import { type Place, SimNetwork } from './sim-network.ts';

/** Two processes and more on one network. */
class Wires {
  readonly time = new VirtualTime(new SeededRandom(1));
  readonly network = new SimNetwork(this.time, new SeededRandom(2));
  readonly ups: string[] = [];
  readonly downs: string[] = [];
  /** Places that nobody talks to any more. */
  readonly unwanted = new Set<Place>();
  /** Sessions of the processes that run now. */
  private readonly running = new Map<Place, string>();

  /** A process that hears no second one of a place while it takes the former one's to be connected, as the product does. */
  start(place: Place, session: string): void {
    const owner: EventOwner = {
      name: session,
      alive: true,
      pausedUntil: 0,
      backlog: [],
      turnTasks: [],
      turnEndPlanned: false,
    };
    const met = new Map<Place, string>();
    this.running.set(place, session);
    this.network.attach({
      place,
      owner,
      accepts: ({ place: other }) =>
        !this.unwanted.has(other) &&
        (!this.network.connected(place, other) || met.get(other) === this.running.get(other)),
      onFrame: () => undefined,
      onUp: (peer) => {
        met.set(peer, this.running.get(peer) as string);
        this.ups.push(`${session} ${met.get(peer)}`);
      },
      onDown: (peer) => this.downs.push(`${session} ${met.get(peer)}`),
    });
  }

  kill(place: Place): void {
    this.running.delete(place);
    this.network.detach(place);
  }

  pass(ms: number): void {
    this.time.run(this.time.now + ms, () => false);
  }
}

/** Seed 132 of the world of clusters, when the test was written: a node came back behind a cut that hid its end, and was never connected again. */
test('a process that came back before its end was noticed is connected once it is, whatever peers are told meanwhile', () =>
  inMacrotask(() => {
    const wires = new Wires();
    const { network } = wires;
    wires.start(1, 'one');
    wires.start(2, 'two');
    wires.pass(100);
    expect(network.attached(1, 2)).toBe(true);

    network.cut(1, 2);
    wires.kill(1);
    network.mend(1, 2);
    wires.start(1, 'one again');
    wires.pass(100);
    network.review(1);
    network.review(2);
    wires.pass(100);
    expect(network.connected(1, 2)).toBe(false);
    expect(network.connected(2, 1)).toBe(true);
    expect(wires.downs).toEqual([]);

    wires.pass(3_000);
    expect(wires.downs).toEqual(['two one']);
    expect(network.attached(1, 2)).toBe(true);
    expect(wires.ups.slice(2).toSorted()).toEqual(['one again two', 'two one again']);
  }));

test('a connection that one end does not want any more ends at both', () =>
  inMacrotask(() => {
    const wires = new Wires();
    const { network } = wires;
    wires.start(1, 'one');
    wires.start(2, 'two');
    wires.pass(100);
    expect(network.attached(1, 2)).toBe(true);

    wires.unwanted.add(2);
    network.review(1);
    wires.pass(100);
    expect([network.connected(1, 2), network.connected(2, 1)]).toEqual([false, false]);
    expect(wires.downs).toEqual(['two one']);
  }));
