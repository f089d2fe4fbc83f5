/** A new password: asked for twice at a terminal without showing it, read from a file or from stdin, or made up. Never an argument. */
import { randomBytes } from 'node:crypto';
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { readSecretFile } from '../connection/security.ts';
import { usageError } from '../failure.ts';
import type { Session } from '../session.ts';

export interface NewSecretOptions {
  readonly generate?: boolean;
  readonly stdin?: boolean;
  readonly file?: string | undefined;
}

export interface NewSecret {
  readonly text: string;
  /** It was made up here, and nobody knows it yet. */
  readonly generated: boolean;
}

const GENERATED_BYTES = 24;
const STDIN_CHARS_MAX = 10_000;

export async function newSecret(session: Session, options: NewSecretOptions): Promise<NewSecret> {
  if (options.generate === true)
    return { text: randomBytes(GENERATED_BYTES).toString('base64url'), generated: true };
  if (options.file !== undefined) return { text: readSecretFile(options.file), generated: false };
  if (options.stdin === true) return { text: await firstLine(session), generated: false };
  if (session.environment.stdin.isTTY !== true) {
    throw usageError(
      'no password is given',
      'Nobody can be asked here: use --generate, --password-stdin or --new-password-file FILE.',
    );
  }
  const text = await askHidden(session, 'New password: ');
  if (text !== (await askHidden(session, 'Again: ')))
    throw usageError('the passwords differ', 'Nothing was changed.');
  return { text, generated: false };
}

async function firstLine(session: Session): Promise<string> {
  let text = '';
  for await (const chunk of session.environment.stdin) {
    text += String(chunk);
    if (text.includes('\n') || text.length > STDIN_CHARS_MAX) break;
  }
  const line = text.split(/\r?\n/)[0] ?? '';
  if (line === '') throw usageError('stdin holds no password', 'Write it as the first line of stdin.');
  return line;
}

async function askHidden(session: Session, prompt: string): Promise<string> {
  const { stdin, stderr, interrupted } = session.environment;
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const reader = createInterface({ input: stdin, output: nowhere, terminal: true });
  stderr.write(prompt);
  try {
    return await reader.question('', { signal: interrupted });
  } finally {
    reader.close();
    stderr.write('\n');
  }
}
