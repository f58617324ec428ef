// What was made last for texts: patterns and formats that come from columns repeat from row to row.

/** `make`, which is called only where an argument is not the one of the call before. */
export function remembering<Args extends readonly string[], T>(make: (...args: Args) => T): (...args: Args) => T {
  let last: { readonly args: Args; readonly made: T } | undefined
  return (...args) => {
    if (last === undefined || args.some((arg, i) => arg !== last?.args[i])) last = { args, made: make(...args) }
    return last.made
  }
}
