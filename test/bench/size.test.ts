import { expect, it } from 'vitest';
import { fitting, GIB } from '../../bench/peers/size.ts';

it('sizes that the disk has no room for are left out, with the reason', () => {
  const { room, left } = fitting([GIB, 10 * GIB, 50 * GIB], 76 * GIB);
  expect(room).toEqual([GIB, 10 * GIB]);
  expect(left).toEqual(['50 GiB kept: the disk has 76 GiB free of 250 GiB']);
});
