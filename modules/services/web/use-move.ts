import { useQueryClient } from '@tanstack/react-query'
import { useCommand } from '@tingzhou/ui'
import { makeMove, movedKeys } from './api.ts'

/** Refusals that mean somebody was faster. */
const overtaken: ReadonlySet<string> = new Set(['stale_revision', 'not_in_state', 'task_gone', 'concurrent_change'])

/** Makes moves; a stale view is loaded again at once, so that the same words can be sent on the new one. */
export function useMove(success: string) {
  const client = useQueryClient()
  const command = useCommand({ run: makeMove, invalidate: movedKeys, success })
  const refreshed = async (made: ReturnType<typeof command.attempt>) => {
    const outcome = await made
    if (!outcome.ok && overtaken.has(outcome.problem.kind))
      await Promise.all(movedKeys.map((queryKey) => client.invalidateQueries({ queryKey })))
    return outcome
  }
  return {
    ...command,
    run: (input: Parameters<typeof command.run>[0]) => refreshed(command.run(input)),
    attempt: (input: Parameters<typeof command.attempt>[0]) => refreshed(command.attempt(input)),
  }
}
