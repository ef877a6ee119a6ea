import { createApi } from '@tingzhou/ui'
import { processContract } from '@tingzhou/process/contract'
import type { Act } from './desk-specs.ts'

/** Casework on tasks, over HTTP. */
const processes = createApi({ casework: processContract.casework }, 'process')

export type ActInput = { readonly id: string; readonly commandId: string; readonly act: Act }

/** Does a verb of casework on a task. */
export const actOn = (input: ActInput) => processes.casework.call(input)
