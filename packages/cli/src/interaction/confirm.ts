/** Questions before what cannot be taken back. Answered at a terminal; elsewhere the command line must have said it already. */
import { createInterface } from 'node:readline/promises';
import { usageError } from '../failure.ts';
import type { Session } from '../session.ts';

/** Asks at a terminal; elsewhere goes on. For commands that name one thing and what becomes of it. */
export async function confirmAtTerminal(
  session: Session,
  yes: boolean | undefined,
  question: () => Promise<string>,
): Promise<void> {
  if (yes === true || session.environment.stdin.isTTY !== true) return;
  const answer = await ask(session, `${await question()} [y/N] `);
  if (!/^y(es)?$/i.test(answer)) throw usageError('nothing was changed', 'Answer y, or use --yes.');
}

/** For bulk operations: asks at a terminal; elsewhere --yes is needed. */
export async function confirmBulk(
  session: Session,
  yes: boolean | undefined,
  question: string,
): Promise<void> {
  if (yes === true) return;
  if (session.environment.stdin.isTTY !== true) {
    throw usageError(
      `not confirmed: ${question}`,
      'Nobody can be asked here. Add --yes to do it, or --dry-run to see what it would do.',
    );
  }
  await confirmAtTerminal(session, yes, () => Promise.resolve(question));
}

/** Asks for a text, without the white space around it. */
export async function ask(session: Session, prompt: string): Promise<string> {
  const { stdin, stderr, interrupted } = session.environment;
  const reader = createInterface({ input: stdin, output: stderr });
  try {
    return (await reader.question(prompt, { signal: interrupted })).trim();
  } finally {
    reader.close();
  }
}
