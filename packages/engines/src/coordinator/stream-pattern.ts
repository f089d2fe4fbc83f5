/** Patterns of stream names: `*` stands for any number of characters, everything else for itself. Linear in pattern × name. */

export function matchesPattern(pattern: string, name: string): boolean {
  let [p, n] = [0, 0];
  let star = -1;
  let retry = 0;
  while (n < name.length) {
    if (pattern[p] === '*') {
      star = p++;
      retry = n;
    } else if (pattern[p] === name[n]) {
      p++;
      n++;
    } else if (star >= 0) {
      p = star + 1;
      n = ++retry;
    } else return false;
  }
  while (pattern[p] === '*') p++;
  return p === pattern.length;
}
