/**
 * What may be drawn: the subset that `@tingzhou/bpmn` plays. The menus of the modeler offer nothing else; the check refuses what
 * comes in by other ways. Names are bpmn-js 18's.
 */
export const paletteKept: ReadonlySet<string> = new Set([
  'hand-tool',
  'lasso-tool',
  'space-tool',
  'global-connect-tool',
  'tool-separator',
  'create.start-event',
  'create.end-event',
  'create.exclusive-gateway',
  'create.subprocess-expanded',
])

export const padKept: ReadonlySet<string> = new Set([
  'append.end-event',
  'append.gateway',
  'append.timer-intermediate-event',
  'append.message-intermediate-event',
  'append.receive-task',
  'connect',
  'replace',
  'delete',
])

export const replacementsKept: ReadonlySet<string> = new Set([
  'replace-with-none-start',
  'replace-with-message-start',
  'replace-with-timer-start',
  'replace-with-non-interrupting-message-start',
  'replace-with-non-interrupting-timer-start',
  'replace-with-signal-start',
  'replace-with-non-interrupting-signal-start',
  'replace-with-error-start',
  'replace-with-escalation-start',
  'replace-with-non-interrupting-escalation-start',
  'replace-with-none-end',
  'replace-with-message-end',
  'replace-with-error-end',
  'replace-with-escalation-end',
  'replace-with-terminate-end',
  'replace-with-message-intermediate-catch',
  'replace-with-timer-intermediate-catch',
  'replace-with-message-intermediate-throw',
  'replace-with-signal-intermediate-throw',
  'replace-with-escalation-intermediate-throw',
  'replace-with-message-boundary',
  'replace-with-timer-boundary',
  'replace-with-escalation-boundary',
  'replace-with-error-boundary',
  'replace-with-signal-boundary',
  'replace-with-non-interrupting-message-boundary',
  'replace-with-non-interrupting-timer-boundary',
  'replace-with-non-interrupting-escalation-boundary',
  'replace-with-non-interrupting-signal-boundary',
  'replace-with-user-task',
  'replace-with-service-task',
  'replace-with-send-task',
  'replace-with-receive-task',
  'replace-with-rule-task',
  'replace-with-script-task',
  'replace-with-call-activity',
  'replace-with-expanded-subprocess',
  'replace-with-collapsed-subprocess',
  'replace-with-event-subprocess',
  'replace-with-exclusive-gateway',
  'replace-with-parallel-gateway',
  'replace-with-inclusive-gateway',
  'replace-with-event-based-gateway',
  'replace-with-sequence-flow',
  'replace-with-default-flow',
  'replace-with-conditional-flow',
  'toggle-parallel-mi',
  'toggle-sequential-mi',
])

type Entries<T> = Readonly<Record<string, T>>

/** The entries that the subset has. Pure. */
export const keep = <T>(entries: Entries<T>, kept: ReadonlySet<string>): Entries<T> =>
  Object.fromEntries(Object.entries(entries).filter(([name]) => kept.has(name)))
