import { expect, test } from 'vitest';
import { ByteBudget } from '../../src/services/byte-budget.ts';

test('what fits is taken, what does not is refused and takes nothing', () => {
  const budget = new ByteBudget(100);
  expect(budget.take(60)).toBe(true);
  expect(budget.take(50)).toBe(false);
  expect(budget.usedBytes).toBe(60);
  budget.give(60);
  expect(budget.take(50)).toBe(true);
});

test('one request larger than the budget passes when it is alone', () => {
  const budget = new ByteBudget(100);
  expect(budget.take(500)).toBe(true);
  expect(budget.take(1)).toBe(false);
  budget.give(500);
  expect(budget.usedBytes).toBe(0);
});
