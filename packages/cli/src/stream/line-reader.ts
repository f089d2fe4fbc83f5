/** Lines out of a byte stream, as bytes, without the line end; the last line needs none. Bounded. */
import { FlowError } from '@flowmesh/client';

export const LINE_BYTES_MAX = 16 * 1024 * 1024;
const NEWLINE = 0x0a;
const RETURN = 0x0d;

export async function* readLines(
  input: AsyncIterable<Buffer | string>,
  lineBytesMax = LINE_BYTES_MAX,
): AsyncGenerator<readonly Buffer[]> {
  let rest: Buffer[] = [];
  let restBytes = 0;
  for await (const piece of input) {
    const chunk = typeof piece === 'string' ? Buffer.from(piece) : piece;
    const lines: Buffer[] = [];
    let from = 0;
    for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, from)) {
      const part = chunk.subarray(from, at);
      lines.push(trimmed(restBytes === 0 ? part : Buffer.concat([...rest, part])));
      rest = [];
      restBytes = 0;
      from = at + 1;
    }
    if (from < chunk.length) {
      rest.push(chunk.subarray(from));
      restBytes += chunk.length - from;
    }
    if (restBytes > lineBytesMax) {
      throw new FlowError('BATCH_TOO_LARGE', `a line is longer than ${lineBytesMax} bytes`, {
        hint: 'Each line becomes one record. Is the input text with line ends?',
      });
    }
    if (lines.length > 0) yield lines;
  }
  if (restBytes > 0) yield [trimmed(Buffer.concat(rest))];
}

function trimmed(line: Buffer): Buffer {
  return line[line.length - 1] === RETURN ? line.subarray(0, line.length - 1) : line;
}
