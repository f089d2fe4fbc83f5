/** The second lock on what leaves the cluster in a bundle: nodes mask secrets themselves, and this masks what looks like one. */

const MASK = '***';
/** The secret part of a join token; its id stays, for comparing. */
const JOIN_TOKEN = /fmjt_([0-9a-f]{1,32})_[A-Za-z0-9_-]+/g;
/** Of a node's local administrator. */
const ADMIN_TOKEN = /fmat_[A-Za-z0-9_-]+/g;
/** `"joinToken": "…"`, `password: …`, `client_secret=…` */
const NAMED =
  /((?:"|\b)[A-Za-z0-9_.-]*(?:password|passwd|secret|private_?key|join_?token|api_?key)"?\s*[:=]\s*)("(?:[^"\\]|\\.)*"|[^\s,}\]]+)/gi;

export function maskSecrets(text: string): string {
  return text
    .replace(JOIN_TOKEN, (_, id: string) => `fmjt_${id}_${MASK}`)
    .replace(ADMIN_TOKEN, `fmat_${MASK}`)
    .replace(NAMED, (whole: string, name: string, value: string) => {
      if (/^(?:"?true"?|"?false"?|null|undefined|""|\d+)$/.test(value)) return whole;
      return `${name}${value.startsWith('"') ? `"${MASK}"` : MASK}`;
    });
}
