import { describe, expect, it } from 'vitest';
import { classOfMessage } from '../cluster/connection-class.ts';
import { between, CLIENTS, FREE, Links, towards } from '../cluster/links.ts';

const CUT = { kind: 'cut' } as const;

describe('links', () => {
  it('let everything pass until somebody sets a rule', () => {
    expect(new Links().stateOf({ from: 1, to: 2, linkClass: 'control' })).toEqual(FREE);
  });

  it('are cut in the direction that is named, and heal when the owner clears its rules', () => {
    const links = new Links();
    links.set('one-way', towards([1], [2, 3], CUT));
    expect(links.stateOf({ from: 1, to: 3, linkClass: 'append' }).cut).toBe(true);
    expect(links.stateOf({ from: 3, to: 1, linkClass: 'append' }).cut).toBe(false);
    links.clear('one-way');
    expect(links.stateOf({ from: 1, to: 3, linkClass: 'append' })).toEqual(FREE);
  });

  it('stay cut while one of two owners still cuts them', () => {
    const links = new Links();
    links.set('a', between([1], [2], CUT));
    links.set('b', between([2], [1], CUT));
    links.clear('a');
    expect(links.stateOf({ from: 1, to: 2, linkClass: 'bulk' }).cut).toBe(true);
  });

  it('cut one class of connections and leave the others', () => {
    const links = new Links();
    links.set('control', between([1], [2], CUT, ['control']));
    expect(links.stateOf({ from: 1, to: 2, linkClass: 'control' }).cut).toBe(true);
    expect(links.stateOf({ from: 1, to: 2, linkClass: 'append' }).cut).toBe(false);
  });

  it('add delays up and take the narrowest of two throttles', () => {
    const links = new Links();
    links.set('a', towards([CLIENTS], [1], { kind: 'delay', delayMs: 10, jitterMs: 1 }));
    links.set('b', towards([CLIENTS], [1], { kind: 'delay', delayMs: 20, jitterMs: 2 }));
    links.set('c', towards([CLIENTS], [1], { kind: 'throttle', bytesPerSecond: 500 }));
    links.set('d', towards([CLIENTS], [1], { kind: 'throttle', bytesPerSecond: 100 }));
    expect(links.stateOf({ from: CLIENTS, to: 1, linkClass: 'grpc' })).toEqual({
      cut: false,
      delayMs: 30,
      jitterMs: 3,
      bytesPerSecond: 100,
    });
  });
});

describe('the class of a connection between nodes', () => {
  const version = [0x28, 1];
  const cluster = [0x0a, 2, 0x66, 0x6d];

  it('is what the hello names', () => {
    expect(classOfMessage(Buffer.from([...cluster, ...version, 0x30, 1]))).toBe('append');
  });

  it('is control where the hello names none, as 0 does not travel', () => {
    expect(classOfMessage(Buffer.from([...cluster, ...version]))).toBe('control');
  });

  it('is bulk where there is no hello', () => {
    expect(classOfMessage(Buffer.from(cluster))).toBe('bulk');
    expect(classOfMessage(Buffer.from([0xff, 0xff]))).toBe('bulk');
  });
});
