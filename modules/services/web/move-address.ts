/** The open form of a move, as the address holds it: `?do=refuse&on=<id>`. */
export type MoveAddress = { readonly move: string; readonly on: string }

export function readMove(query: URLSearchParams): MoveAddress | null {
  const [move, on] = [query.get('do'), query.get('on')]
  return move === null || on === null ? null : { move, on }
}

/** The address with a form open, or with none. */
export function withMove(query: URLSearchParams, address: MoveAddress | null): URLSearchParams {
  const next = new URLSearchParams(query)
  for (const name of ['do', 'on']) next.delete(name)
  if (address) {
    next.set('do', address.move)
    next.set('on', address.on)
  }
  return next
}
