/** Requests with keys that go away by themselves: expiries of all kinds, leases, ranges, compaction. Answered with a revision, where one is told. */
import { type Random, utf8Encode } from '@flowmesh/base';
import type { KvExpiry, KvOp } from '@flowmesh/engines';
import type { BucketPlace, KvService } from '../../../../packages/broker/src/services/kv/kv-service.ts';

export interface FleetingKeys {
  readonly fleeting: readonly string[];
  readonly leases: number[];
}

/** Resolves with the shard's revision, where the answer tells it. */
export type FleetingWish = (
  service: KvService,
  place: BucketPlace,
  requestId: string,
) => Promise<number | undefined>;

const LEASES_MAX = 6;

export function drawFleeting(random: Random, keys: FleetingKeys, value: () => string): FleetingWish {
  const mood = random.unit();
  const lease = keys.leases[random.below(Math.max(1, keys.leases.length))];
  if (mood < 0.12) return grant(200 + random.below(3_000), keys.leases);
  if (lease !== undefined && mood < 0.24) {
    return async (service, place) => {
      await service.keepAlive(place, [lease]);
      return undefined;
    };
  }
  if (lease !== undefined && mood < 0.28) {
    return async (service, place) => (await service.revokeLease(place, lease), undefined);
  }
  if (mood < 0.3) {
    return async (service, place) => (await service.compact(place, random.below(20)), undefined);
  }
  const op = drawOp(random, keys, lease, value);
  return async (service, place, requestId) => {
    const content = { conditions: [], success: [op], failure: [], previous: false };
    const { reply } = await service.txn(place, { ...content, requestId: utf8Encode(requestId) });
    return reply.repeated ? undefined : reply.revision;
  };
}

function grant(ttlMs: number, leases: number[]): FleetingWish {
  return async (service, place) => {
    const { id } = await service.grantLease(place, 0, ttlMs);
    leases.push(id);
    if (leases.length > LEASES_MAX) leases.shift();
    return undefined;
  };
}

function drawOp(random: Random, keys: FleetingKeys, lease: number | undefined, value: () => string): KvOp {
  const key = utf8Encode(keys.fleeting[random.below(keys.fleeting.length)] as string);
  const expiry = drawExpiry(random, lease);
  const mood = random.unit();
  if (mood < 0.6) return { kind: 'put', key, value: utf8Encode(value()), expiry };
  if (mood < 0.68) return { kind: 'put', key, value: undefined, expiry };
  if (mood < 0.78) return { kind: 'delete', key };
  if (mood < 0.94) return { kind: 'touch', key, expiry };
  return { kind: 'delete-range', from: utf8Encode('t'), to: utf8Encode('u'), max: 100, partial: false };
}

function drawExpiry(random: Random, lease: number | undefined): KvExpiry {
  const mood = random.unit();
  if (mood < 0.5) return { kind: 'ttl', ttlMs: 20 + random.below(2_500) };
  if (mood < 0.75 && lease !== undefined) return { kind: 'lease', lease };
  if (mood < 0.83) return { kind: 'none' };
  return mood < 0.92 ? { kind: 'keep' } : { kind: 'default' };
}
