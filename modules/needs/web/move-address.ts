/** The open form of a move, as the address holds it: `?do=merge&leaderId=…`. */
export type MoveAddress = {
  readonly do: string
  readonly subject?: string | null
  readonly leaderId?: string
  readonly articleId?: string
  readonly category?: string
}

const names = ['do', 'subject', 'leaderId', 'articleId', 'category'] as const

export function readMove(query: URLSearchParams): MoveAddress | null {
  const move = query.get('do')
  if (move === null) return null
  const preset = names.flatMap((name) => {
    const value = query.get(name)
    return value === null ? [] : [[name, value] as const]
  })
  return { ...Object.fromEntries(preset), do: move }
}

/** The address with a form open, or with none. */
export function withMove(query: URLSearchParams, move: MoveAddress | null): URLSearchParams {
  const next = new URLSearchParams(query)
  for (const name of names) {
    next.delete(name)
    const value = move?.[name]
    if (value) next.set(name, value)
  }
  return next
}
