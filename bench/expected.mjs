// @ts-check
// Ways to compute the rows that a pipeline has to end with, from the events themselves.

/** @typedef {import('./truth.mjs').Row} Row */

/** One row for each key: the key, the number of events. @param {(event: any) => string} keyOf */
export function countedBy(keyOf) {
  return (/** @type {Iterable<any>} */ events) => {
    /** @type {Map<string, number>} */
    const counts = new Map()
    for (const event of events) counts.set(keyOf(event), (counts.get(keyOf(event)) ?? 0) + 1)
    return counts
  }
}

/** The row of the last event of each key. @param {(event: any) => string} keyOf @param {(event: any) => Row} rowOf */
export function lastBy(keyOf, rowOf) {
  return (/** @type {Iterable<any>} */ events) => {
    /** @type {Map<string, any>} */
    const last = new Map()
    for (const event of events) last.set(keyOf(event), event)
    return [...last.values()].map(rowOf)
  }
}

/** One row: how many events are kept, how many are not. @param {(event: any) => boolean} isKept */
export function outcomes(isKept) {
  return (/** @type {Iterable<any>} */ events) => {
    let [kept, filtered] = [0, 0]
    for (const event of events) isKept(event) ? kept++ : filtered++
    return [[kept, filtered]]
  }
}
