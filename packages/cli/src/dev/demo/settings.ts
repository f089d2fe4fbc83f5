/**
 * A bucket of settings as traffic: prices and switches that somebody changes now and then, visitors counted, and sessions that
 * expire by themselves. The history of each key is there to look at.
 */
import { type DemoPart, unlessThere } from './demo-world.ts';

const CHANGE_MS = 1_500;
const SESSION_TTL_MS = 30_000;
const SWITCHES = ['checkout-v2', 'free-shipping', 'recommendations'] as const;

export const changeSettings: DemoPart = async (world) => {
  await unlessThere(() => world.mesh.kv.create({ name: 'settings' }));
  const settings = world.mesh.kv.bucket<unknown>('settings');
  while (!world.signal.aborted) {
    const name = world.pick(SWITCHES);
    await settings.put(`features/${name}`, { enabled: world.chance(60), rollout: world.random.below(101) });
    await settings.increment('stats/visitors', 1 + world.random.below(5));
    const session = `sessions/c-${String(1 + world.random.below(40)).padStart(3, '0')}`;
    await settings.put(
      session,
      { page: world.pick(['/', '/cart', '/beans']) },
      { expiry: { ttlMs: SESSION_TTL_MS } },
    );
    await world.rest(CHANGE_MS);
  }
};
