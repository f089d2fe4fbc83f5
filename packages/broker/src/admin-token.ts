/**
 * The token of the node's local administrator: new at every start, in a file that the node's own user may read. Whoever can read it could
 * read the data as well. With it the first user is made, and an administrator who has forgotten everything comes in again.
 */
import { randomBytes } from 'node:crypto';
import { chmod, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { FlowError } from '@flowmesh/base';
import type { NodeConfig } from './config/schema.ts';

const TOKEN_BYTES = 32;
const OWNER_ONLY = 0o600;

/** Undefined where nobody has to say who they are, or the node keeps nothing on disk and no file is named. */
export async function writeAdminToken({ node, security }: NodeConfig): Promise<string | undefined> {
  if (security.authentication === 'off') return undefined;
  const file = security.tokenFile ?? (node.memory ? undefined : path.join(node.dataDir, 'admin.token'));
  if (file === undefined) return undefined;
  const token = `fmat_${randomBytes(TOKEN_BYTES).toString('hex')}`;
  try {
    await writeFile(file, `${token}\n`, { mode: OWNER_ONLY });
    // A file that was there keeps its mode otherwise.
    await chmod(file, OWNER_ONLY);
  } catch (cause) {
    throw new FlowError('CONFIG_INVALID', `cannot write the administrator's token to ${file}`, {
      hint: 'Set security.tokenFile to a file that this process may write.',
      details: { path: 'security.tokenFile' },
      cause,
    });
  }
  return token;
}
