import { describe, expect, it } from 'vitest';
import { LeaderChanges } from '../../../src/services/metadata/leader-changes.ts';
import { makeWorld } from '../fake-cluster.ts';

describe('changes of leaders', () => {
  it('wake who waits for their stream, once there is a new one, and nobody else', () => {
    const world = makeWorld();
    const { catalog, leaders } = world;
    const [orders, bills] = ['orders', 'bills'].map((name) => {
      world.stream(name);
      return catalog.machine.streamByName(name)?.groups[0];
    });
    if (orders === undefined || bills === undefined) throw new Error('no groups');
    const changes = new LeaderChanges({ leaders, catalog });
    const woken: string[] = [];
    const forget = changes.watch(new Set(['orders']), () => woken.push('one'));
    changes.watch(new Set(['orders', 'bills']), () => woken.push('both'));
    leaders.set(bills, 2);
    expect(woken).toEqual(['both']);
    leaders.set(orders, 2);
    expect(woken).toEqual(['both', 'one', 'both']);
    forget();
    leaders.set(orders, 1);
    expect(woken).toEqual(['both', 'one', 'both', 'both']);
    changes.close();
    leaders.set(orders, 2);
    expect(woken).toHaveLength(4);
  });
});
