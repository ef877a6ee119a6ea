import { OpenFormButton } from './open-form.tsx'

/** A move of a case as the server offers it: whether the reader may make it now, else why not. */
export type OfferedMove<Move extends string> = {
  readonly move: Move
  readonly allowed: boolean
  readonly reason: string | null
}

/**
 * The verbs of a case that the reader has now, what leads on as the primary one; when there are none, the one that comes next, with why
 * it is another's. Each opens the form of its name.
 */
export function MoveVerbs<Move extends string>({
  moves,
  onward,
  verb,
  why,
}: {
  readonly moves: readonly OfferedMove<Move>[]
  /** Moves that lead on; of these the first that may be made is the primary verb. */
  readonly onward: readonly Move[]
  readonly verb: (move: Move) => string
  /** A reason in words. */
  readonly why: (reason: string) => string
}) {
  const mine = moves.filter(({ allowed }) => allowed)
  const next = moves.filter(({ move, reason }) => onward.includes(move) && reason !== 'not_in_state')
  const first = onward.find((name) => mine.some(({ move }) => move === name))
  return (mine.length > 0 ? mine : next.slice(0, 1))
    .toSorted((a, b) => Number(a.move === first) - Number(b.move === first))
    .map(({ move, reason }) => (
      <OpenFormButton key={move} name={move} primary={move === first} reason={reason === null ? null : why(reason)}>
        {verb(move)}
      </OpenFormButton>
    ))
}
