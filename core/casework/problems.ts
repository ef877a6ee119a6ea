import { commandProblems, type ProblemTable } from '@tingzhou/http'
import type { CaseError } from './move.ts'

/**
 * How the refusals of all cases travel, for a module's table of problems.
 * @param area  the module's texts: `problem.not_in_state`, `problem.not_allowed`, `problem.task_gone`, `problem.process_refused`
 * O(1).
 */
export const caseProblems = (area: string) =>
  ({
    not_found: { status: 404, field: 'id', rule: 'an object within reach' },
    not_in_state: { status: 409, area, field: 'move' },
    not_allowed: { status: 403, area, field: 'move' },
    task_gone: { status: 409, area, field: 'move' },
    process_refused: { status: 409, area, field: 'move' },
    ...commandProblems,
  }) satisfies ProblemTable<CaseError>
