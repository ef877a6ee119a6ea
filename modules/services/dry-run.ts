import { createHeadless, type Vars } from '@tingzhou/bpmn'
import { assert, err, ok, type EpochMs, type Result } from '@tingzhou/kernel'
import { readDrawing } from '@tingzhou/process'
import { checkAnswers, type FieldValues } from './answers.ts'
import { askTable, type NamedTable } from './decision-table.ts'
import { inputsOf } from './automatic.ts'
import type { KnownDepartment } from './department.ts'
import { formOf } from './form.ts'
import { jointClockOf, specialStepsOf } from './joint-clock.ts'
import type { OneThing } from './one-thing.ts'
import { select, type Answers, type Selection } from './situation.ts'

export type Try = {
  readonly body: OneThing
  readonly xml: string | null
  /** Drawings that items have of their own. */
  readonly drawings: readonly { readonly key: string; readonly xml: string }[]
  readonly answers: Answers
  readonly values: FieldValues
  readonly tolerant: boolean
  readonly now: EpochMs
  readonly departmentOf: (code: string) => KnownDepartment
}

/**
 * Walks a one-thing in memory on the engine that runs real cases: every item goes its way, rules decide where they may, people grant.
 * Nothing is written. Facts of data services are not known here, so a table that needs one says manual.
 */
export async function dryRun(attempt: Try) {
  const { body, answers, values } = attempt
  const selected = select(body, answers)
  if (!selected.ok)
    return nothing(
      selected.error.map((problem) => ({
        field: 'question' in problem ? `answers.${problem.question}` : 'answers',
        value: 'option' in problem ? problem.option : null,
        rule: problem.kind,
      })),
    )
  const checked = checkAnswers(formOf(body, selected.value), values)
  const clock = jointClockOf(body, new Set(selected.value.items.map(({ code }) => code)))
  const items = selected.value.items.map((item) => {
    const table = body.tables.find(({ code }) => code === item.automatic?.table) ?? null
    return {
      code: item.code,
      name: item.name,
      department: attempt.departmentOf(item.department),
      outcome: table ? outcomeOf(table, attempt) : ('manual' as const),
      table: table?.code ?? null,
      days: item.promised.days,
    }
  })
  const walked = await walk(attempt, selected.value, new Map(items.map(({ code, outcome }) => [code, outcome])))
  return {
    problems: checked.ok ? [] : checked.error.map(({ field, rule }) => ({ field, value: values[field] ?? null, rule })),
    items,
    clock: clock.ok ? { days: clock.value.days, sumDays: clock.value.sumDays, path: [...clock.value.path] } : null,
    trace: walked.ok ? walked.value.trace : [],
    ended: walked.ok && walked.value.ended,
  }
}

const nothing = (problems: readonly { field: string; value: unknown; rule: string }[]) => ({
  problems: [...problems],
  items: [],
  clock: null,
  trace: [],
  ended: false,
})

function outcomeOf(table: NamedTable, { values, answers }: Try): 'approve' | 'manual' {
  const answer = askTable(table, inputsOf(table, { fields: values, answers, facts: {} }))
  return answer.ok && answer.value === 'approve' ? 'approve' : 'manual'
}

type Walked = { readonly trace: { process: string; node: string }[]; readonly ended: boolean }

const shipped = ['onething', 'item-case', 'promise', 'revocation'] as const
// A drawing that a person made may go round in circles.
const stepsMax = 500
/** What a good case answers, by outcome; the first that a task offers is taken. */
const goodOutcomes = ['accept', 'pass', 'approve', 'ready', 'kept', 'waive', 'uphold'] as const

async function walk(
  attempt: Try,
  selection: Selection,
  outcomes: ReadonlyMap<string, 'approve' | 'manual'>,
): Promise<Result<Walked, string>> {
  const after = new Map(selection.graph.map((node) => [node.code, node.after]))
  const keys = new Map(selection.items.map(({ code, process }) => [code, process.key]))
  const engine = createHeadless({
    handlers: handlersOf(attempt, selection, outcomes, after),
    called: (key, { item }) => (key === 'item-case' && typeof item === 'string' ? (keys.get(item) ?? key) : key),
  })
  for (const key of shipped) {
    const deployed = await engine.deploy(await readDrawing(`modules/services/processes/${key}.bpmn`))
    assert(deployed.ok, `the shipped drawing ${key} is good`)
  }
  for (const { xml } of attempt.drawings) {
    const deployed = await engine.deploy(xml)
    if (!deployed.ok) return err('the drawing of an item is refused')
  }
  const own = attempt.xml === null ? null : await engine.deploy(attempt.xml)
  if (own && !own.ok) return err('the drawing is refused')
  const key = attempt.xml === null ? 'onething' : `onething.${attempt.body.code}`
  const started = engine.start(key, { checkDueAt: null, requests: [], deliverBy: 'online', tolerant: attempt.tolerant })
  if (!started.ok) return err('the drawing does not start')
  for (let steps = 0; steps < stepsMax; steps++) if (!goOn(engine, attempt.tolerant, after)) break
  const trace = engine
    .instances()
    .flatMap(({ id, definitionKey }) => engine.trace(id).map((node) => ({ process: definitionKey, node })))
  return ok({ trace, ended: engine.state(started.value)?.status === 'completed' })
}

type Engine = ReturnType<typeof createHeadless>

/** One person's answer, or one message that something waits for. @returns false when nothing waits any more */
function goOn(engine: Engine, tolerant: boolean, after: ReadonlyMap<string, readonly string[]>): boolean {
  const [task] = engine.tasks()
  if (task) {
    const outcome =
      tolerant && task.outcomes.includes('tolerant')
        ? 'tolerant'
        : (goodOutcomes.find((one) => task.outcomes.includes(one)) ?? task.outcomes[0])
    return engine.completeTask(task.id, outcome === undefined ? {} : { outcome }).ok
  }
  for (const { id, vars, subscriptions } of engine.instances()) {
    const waiting = subscriptions.find(
      ({ name }) => name === 'supplied' || (name === 'dependency-met' && isReady(engine, after, vars)),
    )
    if (waiting) return engine.send(id, { kind: 'message', name: waiting.name, vars: { waiting: 0 } }).ok
  }
  return false
}

/** Whether everything that an item waits for has been granted. */
function isReady(engine: Engine, after: ReadonlyMap<string, readonly string[]>, { item }: Vars): boolean {
  const over = engine.instances().flatMap(({ status, vars }) => (status === 'completed' ? [vars.item] : []))
  return typeof item === 'string' && (after.get(item) ?? []).every((before) => over.includes(before))
}

type Handlers = NonNullable<NonNullable<Parameters<typeof createHeadless>[0]>['handlers']>

/** What the handlers of a real case answer, without rows. */
function handlersOf(
  attempt: Try,
  selection: Selection,
  outcomes: ReadonlyMap<string, 'approve' | 'manual'>,
  after: ReadonlyMap<string, readonly string[]>,
): Handlers {
  const codeIn = (vars: Vars): string => (typeof vars.item === 'string' ? vars.item : '')
  const plain = () => ok({})
  return {
    'services.accept': () =>
      ok({ items: selection.items.map(({ code }) => code), applicationId: 'dry-run', tolerant: attempt.tolerant }),
    'services.noteBroken': plain,
    'services.askMaterial': plain,
    'services.conclude': () => ok({ deliverBy: 'online' }),
    'services.deliverOnline': () => ok({ rateUntil: null }),
    'services.withdraw': plain,
    'services.openItem': (vars: Vars) =>
      ok({
        waiting: after.get(codeIn(vars))?.length ?? 0,
        specials: [],
        steps: {},
        needed: [],
        promisedDueAt: null,
        supplementDueAt: null,
      }),
    'services.cancelItem': plain,
    'services.decide': (vars: Vars) => {
      const steps = specialStepsOf(selection, attempt.answers).filter(({ item }) => item === codeIn(vars))
      return ok({
        auto: outcomes.get(codeIn(vars)) ?? 'manual',
        specials: steps.map(({ step }) => ({ kind: step.kind, dueAt: null })),
        needed: steps.map(({ step }) => step.kind),
      })
    },
    'services.beginStep': plain,
    'services.endStep': plain,
    'services.superviseStep': plain,
    'services.resumeItem': () => ok({ specials: [] }),
    'services.pauseItem': () => ok({ promisedDueAt: null }),
    'services.superviseItem': plain,
    'services.refuseItem': plain,
    'services.certify': plain,
    'services.endItem': plain,
    'services.openPromise': () => ok({ remind50At: null, remindLastAt: null, deadlineAt: null, decided: [] }),
    'services.remindPromise': plain,
    'services.breakPromise': () => ok({ decided: [] }),
    'services.openRevocation': () => ok({ hearingUntil: null }),
    'services.revoke': plain,
  }
}
