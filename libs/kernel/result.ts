/** The answer of a rule: a value, or the reason it said no. */
export type Result<T, E> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: E }

/** Wraps a value as a success. O(1). */
export const ok = <T>(value: T): Result<T, never> => ({ ok: true, value })

/** Wraps a reason as a refusal. O(1). */
export const err = <const E>(error: E): Result<never, E> => ({ ok: false, error })

/** Whether the rule said yes. O(1). */
export const isOk = <T, E>(result: Result<T, E>): result is { readonly ok: true; readonly value: T } => result.ok

/** Whether the rule said no. O(1). */
export const isErr = <T, E>(result: Result<T, E>): result is { readonly ok: false; readonly error: E } => !result.ok
