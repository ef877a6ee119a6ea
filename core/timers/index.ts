export {
  cancel,
  listFailingJobs,
  nextTime,
  schedule,
  type DueJob,
  type JobHandler,
  type JobRow,
  type NewJob,
  type Recurrence,
} from './job.ts'
export { prepareTimers } from './module.ts'
export { repeat } from './repeat.ts'
export { createTimerRunner, type TimerRunner, type TimerRunnerDeps } from './runner.ts'
export { jobSource, keepRecurring, type Fired, type OnTimerError, type TimerDeps, type TimerSource } from './source.ts'
