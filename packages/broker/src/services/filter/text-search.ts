/**
 * Finding a text in another one in linear time. The engine's own search takes (length × length) at its worst, and both texts may come
 * from somebody who wants that; it is used where the product is small.
 */

const PRODUCT_MAX = 1 << 13;
const PART_SHORT = 8;

/** What a search is charged: short parts are found by the engine's own search, which is fast. */
export function searchSteps(text: string, part: string): number {
  return 1 + ((text.length + part.length) >>> (part.length <= PART_SHORT ? 4 : 2));
}

export function indexOfText(text: string, part: string): number {
  if (part.length <= PART_SHORT || text.length * part.length <= PRODUCT_MAX) return text.indexOf(part);
  if (part.length > text.length) return -1;
  // Knuth, Morris and Pratt: how much of the part is still matched after a mismatch.
  const fallback = new Uint32Array(part.length);
  for (let index = 1, matched = 0; index < part.length; index += 1) {
    while (matched > 0 && part.charCodeAt(index) !== part.charCodeAt(matched))
      matched = fallback[matched - 1] as number;
    if (part.charCodeAt(index) === part.charCodeAt(matched)) matched += 1;
    fallback[index] = matched;
  }
  for (let index = 0, matched = 0; index < text.length; index += 1) {
    while (matched > 0 && text.charCodeAt(index) !== part.charCodeAt(matched))
      matched = fallback[matched - 1] as number;
    if (text.charCodeAt(index) === part.charCodeAt(matched)) matched += 1;
    if (matched === part.length) return index - matched + 1;
  }
  return -1;
}
