/**
 * SCRAM at the server (RFC 5802, RFC 7677): from the client's first message to the proof that both know the password, which neither
 * sends. What is kept of a password are the keys of `ScramCredential`; whoever has them cannot log in with them.
 *
 *   client first ─► `begin` ─► server first ─► client final ─► `finish` ─► server final, or a refusal
 *
 * Channel binding is not offered: what says `p=` is refused, `n` and `y` are taken.
 */
import { createHash, createHmac, pbkdf2, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import type { ScramCredential, ScramMechanism } from '@flowmesh/engines';

const pbkdf2Async = promisify(pbkdf2);

const DIGESTS = { 'SCRAM-SHA-256': 'sha256', 'SCRAM-SHA-512': 'sha512' } as const;
const KEY_BYTES = { 'SCRAM-SHA-256': 32, 'SCRAM-SHA-512': 64 } as const;

/** With the user's name in group 3; the part from there on is what proofs are about. */
const CLIENT_FIRST = /^([ny]),(?:a=([^,]*))?,(n=([^,]+),r=([\x21-\x2b\x2d-\x7e]{1,256})(?:,.*)?)$/;
const CLIENT_FINAL = /^(c=([A-Za-z0-9+/=]+),r=([\x21-\x2b\x2d-\x7e]{1,512})),p=([A-Za-z0-9+/=]+)$/;

export interface ClientFirst {
  readonly user: string;
  readonly nonce: string;
  /** The header of the channel binding. */
  readonly header: string;
  readonly bare: string;
}

/** Undefined where it is no first message of a client, or asks to act as somebody else. */
export function readClientFirst(text: string): ClientFirst | undefined {
  const match = CLIENT_FIRST.exec(text);
  if (match === null) return undefined;
  const [, binding = '', acting, bare = '', name = '', nonce = ''] = match;
  const user = name.replaceAll('=2C', ',').replaceAll('=3D', '=');
  if (acting !== undefined && acting !== name) return undefined;
  return { user, nonce, header: `${binding},${acting === undefined ? '' : `a=${acting}`},`, bare };
}

/** One attempt of one client. */
export class ScramExchange {
  private readonly first: ClientFirst;
  private readonly credential: ScramCredential;
  private readonly nonce: string;
  /** The server's first message. */
  readonly challenge: string;

  /** `serverNonce`: printable, without commas. */
  constructor(first: ClientFirst, credential: ScramCredential, serverNonce: string) {
    this.first = first;
    this.credential = credential;
    this.nonce = `${first.nonce}${serverNonce}`;
    this.challenge = `r=${this.nonce},s=${credential.salt},i=${credential.iterations}`;
  }

  /** The server's final message; undefined where the client does not know the password. */
  finish(text: string): string | undefined {
    const match = CLIENT_FINAL.exec(text);
    if (match === null) return undefined;
    const [, withoutProof = '', binding = '', nonce, proofText = ''] = match;
    const { mechanism } = this.credential;
    if (nonce !== this.nonce || Buffer.from(binding, 'base64').toString() !== this.first.header)
      return undefined;
    const message = `${this.first.bare},${this.challenge},${withoutProof}`;
    const storedKey = Buffer.from(this.credential.storedKey, 'base64');
    const signature = hmac(mechanism, storedKey, message);
    const proof = Buffer.from(proofText, 'base64');
    if (proof.length !== signature.length) return undefined;
    const clientKey = proof.map((byte, i) => byte ^ (signature[i] as number));
    if (!sameBytes(hash(mechanism, clientKey), storedKey)) return undefined;
    const serverKey = Buffer.from(this.credential.serverKey, 'base64');
    return `v=${hmac(mechanism, serverKey, message).toString('base64')}`;
  }
}

/** What is kept of a password that is salted already, as Kafka's clients send it. */
export function credentialOf(
  mechanism: ScramMechanism,
  saltedPassword: Uint8Array,
  { salt, iterations }: { readonly salt: Uint8Array; readonly iterations: number },
): ScramCredential {
  return {
    mechanism,
    salt: Buffer.from(salt).toString('base64'),
    iterations,
    storedKey: hash(mechanism, hmac(mechanism, saltedPassword, 'Client Key')).toString('base64'),
    serverKey: hmac(mechanism, saltedPassword, 'Server Key').toString('base64'),
  };
}

/** Whether the keys were made of this password. Costs milliseconds, of another thread. */
export async function passwordFits(password: string, credential: ScramCredential): Promise<boolean> {
  const { mechanism, salt, iterations } = credential;
  const salted = await pbkdf2Async(
    Buffer.from(password),
    Buffer.from(salt, 'base64'),
    iterations,
    KEY_BYTES[mechanism],
    DIGESTS[mechanism],
  );
  const { storedKey } = credentialOf(mechanism, salted, { salt: Buffer.from(salt, 'base64'), iterations });
  return sameBytes(Buffer.from(storedKey, 'base64'), Buffer.from(credential.storedKey, 'base64'));
}

export function keyBytesOf(mechanism: ScramMechanism): number {
  return KEY_BYTES[mechanism];
}

function hmac(mechanism: ScramMechanism, key: Uint8Array, message: string): Buffer {
  return createHmac(DIGESTS[mechanism], key).update(message).digest();
}

function hash(mechanism: ScramMechanism, bytes: Uint8Array): Buffer {
  return createHash(DIGESTS[mechanism]).update(bytes).digest();
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}
