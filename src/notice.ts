// Lines for people about things that pass by themselves: a broker away, a change accepted.

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

/** Tells notices from what else a stream gives. */
export function isNotice(item: object): item is Notice {
  return 'kind' in item && item.kind === 'notice'
}
