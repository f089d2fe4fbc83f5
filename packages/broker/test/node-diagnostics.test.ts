import { expect, test } from 'vitest';
import { masked } from '../src/node-diagnostics.ts';

test('secrets are masked wherever they are in a configuration, and nothing else is', () => {
  const config = {
    cluster: { id: 'c', joinToken: 'fmjt_1_2', seeds: ['a:1'] },
    tls: [{ privateKey: 'x', password: undefined, certificate: 'public' }],
    insecure: false,
  };
  expect(masked(config)).toEqual({
    cluster: { id: 'c', joinToken: '***', seeds: ['a:1'] },
    tls: [{ privateKey: '***', password: undefined, certificate: 'public' }],
    insecure: false,
  });
});
