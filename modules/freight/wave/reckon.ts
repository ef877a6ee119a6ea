import { ComputeFailed, type ComputeJob } from '@tingzhou/compute'
import type { DispatchRefusal } from '@tingzhou/dispatch'
import type { RequestContext } from '@tingzhou/http'
import { err, type Result } from '@tingzhou/kernel'

type Fault = { readonly field: string; readonly value: string; readonly rule: string }

/**
 * Has a plan reckoned by the server's threads.
 * @returns the plan; what the solver refused, or that it came to no answer in time
 */
export async function reckon<Input, Plan>(
  { compute, log }: Pick<RequestContext['deps'], 'compute' | 'log'>,
  job: ComputeJob<Input, Result<Plan, DispatchRefusal>>,
  input: Input,
  seconds: number,
): Promise<Result<Plan, Fault>> {
  const unanswered = err({ field: 'seconds', value: String(seconds), rule: 'plan_unanswered' })
  try {
    const plan = await compute.run(job, input, { seconds })
    if (plan.ok) return plan
    const { kind, field, value, rule } = plan.error
    return kind === 'stopped' ? unanswered : err({ field, value: String(value), rule })
  } catch (error) {
    if (!(error instanceof ComputeFailed)) throw error
    log.error({ err: error }, `${job.name} came to no answer`)
    return unanswered
  }
}
