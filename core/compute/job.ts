/**
 * Work that needs a processor for long and nothing else: data in, data out, both such that a thread can send them to another (no
 * functions, no classes).
 */
export type ComputeJob<Input, Output> = {
  /** Known to the threads by it: `module.verb`. */
  readonly name: string
  /** Asks `shouldStop` now and then; after true it ends soon, with whatever it says of that. */
  readonly run: (input: Input, shouldStop: () => boolean) => Output
}

/** Names a piece of work; its threads find it in the list that their program gives to `serveCompute`. */
export const defineJob = <Input, Output>(
  name: string,
  run: ComputeJob<Input, Output>['run'],
): ComputeJob<Input, Output> => ({ name, run })

/** What a thread is asked. */
export type Question = {
  readonly id: number
  readonly name: string
  readonly input: unknown
  readonly seconds: number
}

export type Answer =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly error: { readonly message: string; readonly stack: string } }

/** Says whether so many seconds from now are over. */
export function stopper(seconds: number): () => boolean {
  const endsAt = performance.now() + seconds * 1_000
  return () => performance.now() > endsAt
}
