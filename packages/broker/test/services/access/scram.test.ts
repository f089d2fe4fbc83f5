import { pbkdf2Sync } from 'node:crypto';
import type { ScramCredential } from '@flowmesh/engines';
import { describe, expect, it } from 'vitest';
import {
  credentialOf,
  passwordFits,
  readClientFirst,
  ScramExchange,
} from '../../../src/services/access/scram.ts';

/** The example of RFC 7677, section 3: user `user`, password `pencil`. */
const SALT = Buffer.from('W22ZaJ0SNY7soEsUEjb6gQ==', 'base64');
const SALTED = pbkdf2Sync('pencil', SALT, 4_096, 32, 'sha256');
const CREDENTIAL: ScramCredential = credentialOf('SCRAM-SHA-256', SALTED, { salt: SALT, iterations: 4_096 });
const FIRST = 'n,,n=user,r=rOprNGfwEbeRWgbNEkqO';
const SERVER_NONCE = '%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0';
const FINAL =
  'c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=';

function exchange(first = FIRST): ScramExchange {
  const read = readClientFirst(first);
  if (read === undefined) throw new Error('no first message');
  return new ScramExchange(read, CREDENTIAL, SERVER_NONCE);
}

describe('SCRAM', () => {
  it('goes as the example of RFC 7677 does', () => {
    const attempt = exchange();
    expect(attempt.challenge).toBe(
      'r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096',
    );
    expect(attempt.finish(FINAL)).toBe('v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=');
  });

  it('refuses another proof, nonce or channel binding, and what is no message', () => {
    for (const bad of [
      FINAL.replace('p=dH', 'p=eH'),
      FINAL.replace('rOpr', 'rOps'),
      FINAL.replace('biws', 'eSws'),
      FINAL.replace('c=', 'd='),
      '',
      'c=biws,r=,p=',
    ])
      expect(exchange().finish(bad)).toBeUndefined();
  });

  it('reads names with commas and equals signs, and refuses to act as another', () => {
    expect(readClientFirst('n,,n=a=2Cb=3Dc,r=x')).toMatchObject({ user: 'a,b=c', header: 'n,,' });
    expect(readClientFirst('y,a=ada,n=ada,r=x')).toMatchObject({ user: 'ada', header: 'y,a=ada,' });
    for (const bad of ['n,a=root,n=ada,r=x', 'p=tls-unique,,n=ada,r=x', 'n,,r=x', 'n,,n=ada', ''])
      expect(readClientFirst(bad)).toBeUndefined();
  });

  it('tells a password by the keys that are kept of it', async () => {
    expect(await passwordFits('pencil', CREDENTIAL)).toBe(true);
    expect(await passwordFits('Pencil', CREDENTIAL)).toBe(false);
    const salted = pbkdf2Sync('pencil', SALT, 5_000, 64, 'sha512');
    const longer = credentialOf('SCRAM-SHA-512', salted, { salt: SALT, iterations: 5_000 });
    expect(await passwordFits('pencil', longer)).toBe(true);
    expect(longer.storedKey).toHaveLength(88);
  });
});
