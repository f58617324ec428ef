// @ts-check
// Marsaglia's xorshift with 32 bits: the same numbers for the same seed on every machine.

/** @param {number} seed @returns {() => number} the next number, a whole one below 2^32 */
export function xorshift(seed) {
  let state = seed >>> 0
  return () => {
    state = (state ^ (state << 13)) >>> 0
    state ^= state >>> 17
    state = (state ^ (state << 5)) >>> 0
    return state
  }
}

/** @template T @param {readonly T[]} items @param {() => number} next @returns {T} */
export function pick(items, next) {
  return /** @type {T} */ (items[next() % items.length])
}
