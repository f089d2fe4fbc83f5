import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readLines } from '../../src/stream/line-reader.ts';

async function* chunks(pieces: readonly string[]): AsyncGenerator<Buffer> {
  for (const piece of pieces) yield await Promise.resolve(Buffer.from(piece, 'latin1'));
}

async function linesOf(pieces: readonly string[], max?: number): Promise<string[]> {
  const out: string[] = [];
  for await (const lines of readLines(chunks(pieces), max))
    out.push(...lines.map((line) => line.toString('latin1')));
  return out;
}

describe('lines', () => {
  it('are the same however the input is cut', async () => {
    const text = fc.stringMatching(/^[ab\n]*$/);
    await fc.assert(
      fc.asyncProperty(text, fc.array(fc.nat(8), { maxLength: 20 }), async (input, cuts) => {
        const pieces: string[] = [];
        let rest = input;
        for (const cut of cuts) {
          pieces.push(rest.slice(0, cut));
          rest = rest.slice(cut);
        }
        pieces.push(rest);
        const expected = input.split('\n');
        if (expected.at(-1) === '') expected.pop();
        expect(await linesOf(pieces)).toEqual(expected);
      }),
    );
  });

  it('lose a carriage return before the line end, and are bounded', async () => {
    expect(await linesOf(['a\r', '\nb\r\n', 'c'])).toEqual(['a', 'b', 'c']);
    await expect(linesOf(['x'.repeat(50), 'x'.repeat(60)], 100)).rejects.toMatchObject({
      code: 'BATCH_TOO_LARGE',
    });
  });
});
