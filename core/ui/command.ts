import { useQueryClient, type QueryClient, type QueryKey } from '@tanstack/react-query'
import { useCallback, useMemo, useRef, useState } from 'react'
import { toProblem, type ApiProblem } from './api.ts'
import { createAttempts } from './command-id.ts'
import { createOnce } from './command-once.ts'
import { isTransient } from './query.ts'
import { useToast } from './toast.tsx'

/** The input without its command id, which the helper makes; kept apart for each member of a union. */
export type Content<I> = I extends unknown ? Omit<I, 'commandId'> : never

export type CommandOptions<I, O> = {
  readonly run: (input: I) => PromiseLike<O>
  readonly invalidate?: readonly QueryKey[] | ((output: O, input: Content<I>) => readonly QueryKey[])
  readonly success?: string | ((output: O, input: Content<I>) => string)
  /** Offers to take a reversible act back for ten seconds. */
  readonly undo?: { readonly run: (output: O, input: Content<I>) => PromiseLike<unknown> }
  /** Shows the result at once; returns the way back, taken when the server refuses. */
  readonly optimistic?: (input: Content<I>, client: QueryClient) => () => void
  readonly done?: (output: O) => void
}

export type Outcome<O> = { readonly ok: true; readonly value: O } | { readonly ok: false; readonly problem: ApiProblem }

export type Command<I, O> = {
  /** Runs and toasts a problem. */
  readonly run: (input: Content<I>) => Promise<Outcome<O>>
  /** Runs; the caller shows the problem. */
  readonly attempt: (input: Content<I>) => Promise<Outcome<O>>
  readonly pending: boolean
  readonly problem: ApiProblem | null
  readonly reset: () => void
}

/** The one way to change something on the server. */
export function useCommand<I, O>(options: CommandOptions<I, O>): Command<I, O> {
  const client = useQueryClient()
  const toast = useToast()
  const [pending, setPending] = useState(false)
  const [problem, setProblem] = useState<ApiProblem | null>(null)
  const attempts = useRef(createAttempts())
  const latest = useRef(options)
  latest.current = options

  const refresh = useCallback(
    async (output: O, input: Content<I>) => {
      const { invalidate } = latest.current
      const keys = typeof invalidate === 'function' ? invalidate(output, input) : (invalidate ?? [])
      await Promise.all(keys.map((queryKey) => client.invalidateQueries({ queryKey })))
    },
    [client],
  )

  const send = useCallback(
    async (input: Content<I>): Promise<Outcome<O>> => {
      const { run, success, undo, optimistic, done } = latest.current
      setPending(true)
      setProblem(null)
      const restore = optimistic?.(input, client)
      try {
        // Content<I> plus the id is I again, which TypeScript cannot see through the conditional type.
        const value = await withRetry(() => run({ ...input, commandId: attempts.current.idFor(input) } as I))
        attempts.current.settled()
        void refresh(value, input)
        const takeBack =
          undo && (() => void takeBackNow(undo.run(value, input), () => refresh(value, input), toast.problem))
        if (success) toast.good(typeof success === 'function' ? success(value, input) : success, takeBack)
        done?.(value)
        return { ok: true, value }
      } catch (error) {
        restore?.()
        const failure = toProblem(error)
        setProblem(failure)
        return { ok: false, problem: failure }
      } finally {
        setPending(false)
      }
    },
    [client, refresh, toast],
  )
  const attempt = useMemo(() => createOnce(send), [send])

  const run = useCallback(
    async (input: Content<I>) => {
      const outcome = await attempt(input)
      if (!outcome.ok) toast.problem(outcome.problem)
      return outcome
    },
    [attempt, toast],
  )

  const reset = useCallback(() => setProblem(null), [])
  return { run, attempt, pending, problem, reset }
}

async function takeBackNow(
  done: PromiseLike<unknown>,
  refresh: () => Promise<void>,
  show: (problem: ApiProblem) => void,
): Promise<void> {
  try {
    await done
  } catch (error) {
    show(toProblem(error))
  }
  await refresh()
}

/** A command that got no answer is sent again with its id, twice; the server answers a repeat with its first answer. */
async function withRetry<O>(run: () => PromiseLike<O>): Promise<O> {
  for (const pauseMs of [400, 1200]) {
    try {
      return await run()
    } catch (error) {
      if (!isTransient(error)) throw error
    }
    await new Promise((resolve) => window.setTimeout(resolve, pauseMs))
  }
  return run()
}
