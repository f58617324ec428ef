// Runs async generators to their end.

/** What a generator yields, and what it returns. */
export async function drain<Y, R>(generator: AsyncGenerator<Y, R>): Promise<{ items: Y[]; result: R }> {
  const items: Y[] = []
  for (;;) {
    const next = await generator.next()
    if (next.done === true) return { items, result: next.value }
    items.push(next.value)
  }
}

/** What a generator returns. */
export async function resultOf<R>(generator: AsyncGenerator<unknown, R>): Promise<R> {
  return (await drain(generator)).result
}
