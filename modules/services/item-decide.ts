import { at, jsonb, type Db, type Tx } from '@tingzhou/db'
import { accountsWithRole } from '@tingzhou/parties'
import { copiesOf, planOfApplication } from './application-check.ts'
import { decideAutomatically, inputsOf, type AutomaticDecision } from './automatic.ts'
import { canonicalJson, sha256 } from './canonical.ts'
import type { NamedTable } from './decision-table.ts'
import { write, type Application, type Dossier } from './dossier.ts'
import { idNumbersIn, type Planned } from './plan.ts'
import { settingOf } from './setting.ts'
import { findFacts, logRequests, subjectsOf, todayOf, type Fact } from './shared-fact.ts'
import { textOf } from './texts.ts'

type Subject = Dossier<'item_case'>

/** The application of an item, read without its lock: a decision looks at what was accepted, which no longer changes. */
export async function applicationOf(tx: Tx | Db, { deps, row }: Pick<Subject, 'deps' | 'row'>): Promise<Application> {
  return tx
    .selectFrom('service_application')
    .selectAll()
    .where('zone_id', '=', deps.zoneId)
    .where('id', '=', row.application_id)
    .executeTakeFirstOrThrow()
}

/**
 * Asks the item's table, if it has one, and keeps what it was asked by: inputs, table, evidence, the person who answers for it.
 * @returns approve, or manual: without a table, without somebody accountable, or because the table says so
 */
export async function decideByRule(tx: Tx, subject: Subject): Promise<'approve' | 'manual'> {
  const application = await applicationOf(tx, subject)
  const planned = await planOfApplication(tx, subject.deps, application)
  const item = planned.selection.items.find(({ code }) => code === subject.row.code)
  const table = planned.stored.body.tables.find(({ code }) => code === item?.automatic?.table)
  if (!item || !table) return 'manual'
  const [accountableId] = await accountsWithRole(tx, subject.deps.zoneId, ['dept_head'], subject.row.department_id)
  if (accountableId === undefined) return 'manual'
  const facts = await askFacts(tx, subject, application, planned, table)
  const setting = await settingOf(tx, subject.deps)
  const decision = decideAutomatically(
    table,
    inputsOf(table, { fields: application.field_values, answers: application.answers, facts: valuesOf(table, facts) }),
    {
      caseId: subject.row.id,
      evidence: await evidenceOf(tx, subject, item.materials, facts),
      accountableId,
      now: subject.now,
      seed: setting.sampleSeed,
      sampledShare: setting.sampledShare,
    },
  )
  keepDecision(tx, subject, decision)
  return decision.outcome
}

const servicesOf = (table: NamedTable): readonly string[] =>
  table.inputs.flatMap(({ from, service }) => (from === 'fact' && service !== null ? [service] : []))

const valuesOf = (table: NamedTable, facts: ReadonlyMap<string, Fact>) =>
  Object.fromEntries(
    table.inputs.flatMap(({ code, service }) => {
      const fact = service === null ? undefined : facts.get(service)
      return fact ? [[code, fact.value] as const] : []
    }),
  )

/** Looks facts up and logs each question, answered or not. */
async function askFacts(
  tx: Tx,
  { deps, row }: Subject,
  application: Application,
  planned: Planned,
  table: NamedTable,
): Promise<ReadonlyMap<string, Fact>> {
  const services = servicesOf(table)
  const subjects = subjectsOf(application, idNumbersIn(planned.form, application.field_values))
  const inside = await findFacts(tx, deps.zoneId, services, subjects, todayOf(deps))
  // What a source outside answered in time is a fact of this application.
  const outside = services.flatMap((service) => {
    const known = planned.outside.get(service)
    return known?.state === 'answered' ? [[service, known.fact] as const] : []
  })
  const facts = new Map([...outside, ...inside])
  await logRequests(
    tx,
    deps,
    services.map((service) => ({
      applicationId: application.id,
      itemCaseId: row.id,
      service,
      requester: { id: row.department_id ?? row.department, name: row.department },
      purpose: `${textOf('automaticPurpose').zh} ${table.name.zh}`,
      consentId: application.consents.length > 0 ? `${application.id}/${application.consents.join('+')}` : null,
      fact: facts.get(service) ?? null,
      used: facts.has(service),
    })),
  )
  return facts
}

/** Hashes of the files of the item's materials and of the facts that were looked at. */
async function evidenceOf(
  tx: Tx,
  { deps, row }: Subject,
  materials: readonly string[],
  facts: ReadonlyMap<string, Fact>,
): Promise<readonly string[]> {
  const copies = await copiesOf(tx, deps.zoneId, row.application_id)
  const fileIds = copies.filter(({ code }) => materials.includes(code)).flatMap((copy) => copy.fileIds)
  const files =
    fileIds.length === 0
      ? []
      : await tx
          .selectFrom('file')
          .select('sha256')
          .where('zone_id', '=', deps.zoneId)
          .where('id', 'in', fileIds)
          .execute()
  return [...files.map((file) => file.sha256), ...[...facts.values()].map((fact) => sha256(canonicalJson(fact.value)))]
}

function keepDecision(tx: Tx, subject: Subject, decision: AutomaticDecision): void {
  const { deps, row } = subject
  write(
    subject,
    tx.insertInto('item_decision').values({
      zone_id: deps.zoneId,
      id: deps.newId(),
      item_case_id: row.id,
      decided_at: at(decision.decidedAt),
      outcome: decision.outcome,
      why: decision.outcome === 'manual' ? decision.why : null,
      decision_table: decision.table,
      table_sha256: decision.tableSha256,
      inputs: jsonb(decision.inputs),
      evidence_sha256: decision.evidenceSha256,
      accountable_id: decision.accountableId,
      sampled: decision.outcome === 'approve' && decision.isSampled,
      judgement: null,
      judged_by: null,
      judged_reason: null,
    }),
  )
}
