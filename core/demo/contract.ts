import { oc } from '@orpc/contract'
import * as z from 'zod'
import { Instant } from '@tingzhou/http/contract'

/** What the building of a demo zone is about just now; the words are under `demo.phase.` of the shell. */
export const demoPhases = ['waiting', 'register', 'people', 'rules', 'history', 'ready', 'stopped'] as const
export const DemoPhase = z.enum(demoPhases)
export type DemoPhase = z.infer<typeof DemoPhase>

export const DemoStatus = z.object({
  phase: DemoPhase,
  percent: z.int().min(0).max(100).describe('Of the building of the demo zone.'),
  live: z.boolean().describe('The clock is the real one; it can no longer be moved.'),
  liveSince: Instant.nullable().describe('When the clock became real.'),
  clock: Instant.describe('What time it is in the zone.'),
  began: Instant.describe('Where the history of the zone begins.'),
})
export type DemoStatus = z.infer<typeof DemoStatus>

const tags = ['demo']

/** The face of a demo zone; exists only in the demo. */
export const demoContract = {
  status: oc
    .route({ method: 'GET', path: '/demo', summary: '演示园区的准备进度 · How far the demo zone is built', tags })
    .output(DemoStatus),
  moveClock: oc
    .route({
      method: 'POST',
      path: '/demo/clock',
      summary: '拨快演示时钟 · Move the demo clock forward',
      description:
        'Only for the machine’s own key. Fires what comes due on the way before it answers. A clock is never put back; once it has reached the real time it stays real.',
      tags,
    })
    .input(z.object({ to: Instant }))
    .output(DemoStatus.extend({ fired: z.int().describe('Timers fired on the way.') })),
  report: oc
    .route({ method: 'PUT', path: '/demo/progress', summary: '报告进度 · Report progress', tags })
    .input(z.object({ percent: z.int().min(0).max(100), phase: DemoPhase }))
    .output(DemoStatus),
}
