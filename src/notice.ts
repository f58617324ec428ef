// Lines for users about events that do not end a run: a broker away, an accepted change.

export interface Notice {
  readonly kind: 'notice'
  readonly level: 'info' | 'warning'
  /** One line, complete in itself. */
  readonly message: string
}

export function info(message: string): Notice {
  return { kind: 'notice', level: 'info', message }
}

export function warning(message: string): Notice {
  return { kind: 'notice', level: 'warning', message }
}

/** Tells notices from the other items of a stream. */
export function isNotice(item: object): item is Notice {
  return 'kind' in item && item.kind === 'notice'
}
