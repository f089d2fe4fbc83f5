/** UUIDs of a simulated world come from its seed. */
import type { Random } from '@flowmesh/base';

export function randomUuid(random: Random): string {
  let digits = '';
  for (let i = 0; i < 32; i++) digits += random.below(16).toString(16);
  const part = (from: number, to: number): string => digits.slice(from, to);
  return `${part(0, 8)}-${part(8, 12)}-4${part(13, 16)}-8${part(17, 20)}-${part(20, 32)}`;
}
