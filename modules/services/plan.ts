import { sql } from 'kysely'
import { localDateOf } from '@tingzhou/calendar'
import type { Db, Tx } from '@tingzhou/db'
import { assert, localDate, type LocalDate } from '@tingzhou/kernel'
import type { FieldValues } from './answers.ts'
import { departmentOf, departmentsByCode, type KnownDepartment } from './department.ts'
import type { ServicesDeps } from './dossier.ts'
import { fieldsOf, formOf, type Form } from './form.ts'
import type { Item } from './item.ts'
import { placesOf, type Places } from './joint.ts'
import { jointClockOf, specialStepsOf, type JointClock } from './joint-clock.ts'
import { planMaterials, type HeldCopy, type PlannedMaterial } from './material.ts'
import type { OneThing } from './one-thing.ts'
import type { StoredOneThing } from './one-thing-store.ts'
import { outsideOf, servicesOf, type Outside } from './outside.ts'
import { prefill, type KnownValue, type Prefilled } from './prefill.ts'
import { findFacts, subjectsOf, type Fact } from './shared-fact.ts'
import { select, type Answers, type Selection, type SituationProblem } from './situation.ts'
import { textOf } from './texts.ts'
import './tables.ts'

/** For whom a plan is made. */
export type PlanFor = {
  /** The application itself, which is no earlier one. */
  readonly applicationId: string | null
  readonly enterpriseId: string | null
  readonly applicantAccount: string | null
  readonly values: FieldValues
  readonly consents: readonly string[]
  /** Whether other places decide the items that the one-thing names 多地联办. */
  readonly joint?: boolean
  /** Whether sources outside the zone will still be asked; absent: they will. */
  readonly expecting?: boolean
}

/** What the answers lead to, with what the zone knows of the applicant. */
export type Planned = {
  readonly stored: StoredOneThing
  readonly answers: Answers
  readonly selection: Selection
  readonly problems: readonly SituationProblem[]
  readonly form: Form
  readonly materials: readonly PlannedMaterial[]
  readonly held: ReadonlyMap<string, HeldCopy & { readonly source: string }>
  readonly prefilled: readonly Prefilled[]
  readonly clock: JointClock
  readonly departments: ReadonlyMap<string, KnownDepartment>
  /** The items that another place decides. */
  readonly places: Places
  /** Services that nobody in the zone has a fact for and whose source is outside. */
  readonly outside: ReadonlyMap<string, Outside>
  /** Facts that were asked for on the way, by service. */
  readonly asked: readonly { readonly service: string; readonly fact: Fact | null }[]
}

const nothing: Selection = { items: [], materials: [], graph: [] }

/** The zone's own register as a data service: the first one that others ask. */
export const registerService = 'CJ/GOV/zone/registry/enterprise/v1'

/** Answers to items, materials, form and clock. At most five statements. */
export async function planOf(
  tx: Tx | Db,
  deps: Pick<ServicesDeps, 'zoneId' | 'clock'>,
  stored: StoredOneThing,
  answers: Answers,
  who: PlanFor,
): Promise<Planned> {
  const { body } = stored
  const today = localDateOf(deps.clock())
  const selected = select(body, answers)
  const selection = selected.ok ? selected.value : nothing
  const form = formOf(body, selection)
  const { held, asked, outside } = await heldCopies(tx, deps, stored.body, selection, form, who)
  const places: Places = who.joint ? placesOf(body, selection, answers) : new Map()
  const clock = jointClockOf(body, new Set(selection.items.map(({ code }) => code)))
  assert(clock.ok, 'a published one-thing has no circle')
  return {
    stored,
    answers,
    selection,
    problems: selected.ok ? [] : selected.error,
    form,
    materials: planMaterials(askable(selection, held, outside), [...held.values()], today).map((planned) => ({
      ...planned,
      material: original(selection, planned.material.code) ?? planned.material,
    })),
    held,
    prefilled: prefill(form, await knownValues(tx, deps.zoneId, form, who, today), today, new Set(who.consents)).values,
    clock: clock.value,
    departments: await departmentsByCode(tx, deps.zoneId, [
      body.lead,
      ...body.items.map(({ department }) => department),
      ...[...places.values()].flatMap(({ department }) => department ?? []),
    ]),
    places,
    outside,
    asked,
  }
}

/**
 * What a department would have to be asked for and laid nothing down is asked of the applicant after all: a plan promises only what
 * the zone can keep.
 */
function askable(
  selection: Selection,
  held: ReadonlyMap<string, HeldCopy>,
  outside: Planned['outside'],
): Pick<Selection, 'items' | 'materials'> {
  return {
    items: selection.items,
    materials: selection.materials.map((needed) => {
      const { from } = needed.material
      const fetched = from.kind === 'licence_store' || from.kind === 'data_service'
      if (!fetched || held.has(needed.material.code) || isComing(outside, from.service)) return needed
      return { ...needed, material: { ...needed.material, from: { kind: 'applicant' as const } } }
    }),
  }
}

/** A source outside will be asked, or was and has time left. */
const isComing = (outside: Planned['outside'], service: string): boolean =>
  ['expected', 'pending'].includes(outside.get(service)?.state ?? 'none')

const original = (selection: Selection, code: string) =>
  selection.materials.find(({ material }) => material.code === code)?.material

async function heldCopies(
  tx: Tx | Db,
  { zoneId, clock }: Pick<ServicesDeps, 'zoneId' | 'clock'>,
  body: OneThing,
  selection: Selection,
  form: Form,
  who: PlanFor,
): Promise<Pick<Planned, 'held' | 'asked' | 'outside'>> {
  const today = localDateOf(clock())
  const held = new Map<string, HeldCopy & { source: string }>()
  const all = servicesOf(body, selection)
  const subjects = subjectsOf(
    { enterprise_id: who.enterpriseId, applicant_account: who.applicantAccount },
    idNumbersIn(form, who.values),
  )
  const inside = await findFacts(tx, zoneId, all, subjects, today)
  const unknown = all.filter((service) => !inside.has(service))
  const outside = await outsideOf(tx, zoneId, unknown, {
    applicationId: who.applicationId,
    expecting: who.expecting ?? true,
    now: clock(),
  })
  const facts = new Map(inside)
  for (const known of outside.values()) if (known.state === 'answered') facts.set(known.fact.service, known.fact)
  const services = selection.materials.flatMap(({ material: { from } }) => ('service' in from ? [from.service] : []))
  const earlier = await earlierCopies(tx, zoneId, selection, who)
  for (const { material } of selection.materials) {
    const { from, code } = material
    const fact = 'service' in from ? facts.get(from.service) : undefined
    const copy = earlier.find((one) => one.material === code)
    if (fact) held.set(code, { material: code, issuedOn: fact.asOf, validTo: fact.validTo, source: fact.service })
    else if (copy) held.set(code, copy)
  }
  // What was asked outside has a row of its own.
  const looked = [...new Set(services)].filter((service) => !outside.has(service))
  return { held, outside, asked: looked.map((service) => ({ service, fact: facts.get(service) ?? null })) }
}

/** Certificates of the applicant and what the same firm handed in before, newest first. Two statements, none for a stranger. */
async function earlierCopies(
  tx: Tx | Db,
  zoneId: string,
  selection: Selection,
  who: PlanFor,
): Promise<readonly (HeldCopy & { readonly source: string })[]> {
  if (who.enterpriseId === null && who.applicantAccount === null) return []
  const items = new Map(
    selection.materials.flatMap(({ material: { from, code } }) =>
      from.kind === 'item' ? [[from.item, code] as const] : [],
    ),
  )
  const codes = selection.materials
    .filter(({ material }) => material.reuse !== 'never')
    .map(({ material }) => material.code)
  const certificates =
    items.size === 0
      ? []
      : await tx
          .selectFrom('certificate as c')
          .innerJoin('item_case as i', (join) =>
            join.onRef('i.zone_id', '=', 'c.zone_id').onRef('i.id', '=', 'c.item_case_id'),
          )
          .innerJoin('service_application as a', (join) =>
            join.onRef('a.zone_id', '=', 'c.zone_id').onRef('a.id', '=', 'c.application_id'),
          )
          .select(['i.code', 'c.no', 'c.issued_at'])
          .where('c.zone_id', '=', zoneId)
          .where('c.state', '=', 'valid')
          .where('i.code', 'in', [...items.keys()])
          .where(ownerIs(who))
          .orderBy('c.issued_at', 'desc')
          .limit(200)
          .execute()
  const copies =
    codes.length === 0
      ? []
      : await tx
          .selectFrom('material_copy as m')
          .innerJoin('service_application as a', (join) =>
            join.onRef('a.zone_id', '=', 'm.zone_id').onRef('a.id', '=', 'm.application_id'),
          )
          .select(['m.code', 'm.given_at', 'a.no'])
          .where('m.zone_id', '=', zoneId)
          .where('m.how', '=', 'handed_in')
          .where('a.accepted_at', 'is not', null)
          .where('m.code', 'in', codes)
          .where(ownerIs(who))
          .orderBy('m.given_at', 'desc')
          .limit(200)
          .execute()
  return [
    ...certificates.flatMap(({ code, no, issued_at }) => {
      const material = items.get(code)
      return material ? [{ material, issuedOn: localDateOf(issued_at), validTo: null, source: no }] : []
    }),
    ...copies.map(({ code, given_at, no }) => ({
      material: code,
      issuedOn: localDateOf(given_at),
      validTo: null,
      source: no ?? '',
    })),
  ]
}

/** Rows `a` of other applications of the same applicant. */
const ownerIs = ({ enterpriseId, applicantAccount, applicationId }: PlanFor) =>
  sql<boolean>`((a.enterprise_id = ${enterpriseId} or a.applicant_account = ${applicantAccount})
    and a.id is distinct from ${applicationId}::uuid)`

export const idNumbersIn = (form: Form, values: FieldValues): readonly string[] =>
  fieldsOf(form).flatMap(({ code, type }) => {
    const value = values[code]
    return type === 'id_number' && typeof value === 'string' && value !== '' ? [value] : []
  })

/** What the register and earlier applications know. At most two statements. */
async function knownValues(
  tx: Tx | Db,
  zoneId: string,
  form: Form,
  who: PlanFor,
  today: LocalDate,
): Promise<readonly KnownValue[]> {
  const fields = fieldsOf(form).filter(({ prefill: from }) => from !== null)
  if (fields.length === 0 || (who.enterpriseId === null && who.applicantAccount === null)) return []
  return [
    ...(who.enterpriseId ? await registerValues(tx, zoneId, who.enterpriseId, fields) : []),
    ...(await earlierValues(
      tx,
      zoneId,
      who,
      fields.map(({ code }) => code),
      today,
    )),
  ]
}

async function registerValues(
  tx: Tx | Db,
  zoneId: string,
  enterpriseId: string,
  fields: readonly { readonly code: string; readonly prefill: string | null }[],
): Promise<readonly KnownValue[]> {
  const row = await tx
    .selectFrom('enterprise')
    .select(['name', 'uscc', 'address', 'industry', 'founded', 'size', 'ownership', 'status', 'as_of', 'updated_at'])
    .where('zone_id', '=', zoneId)
    .where('id', '=', enterpriseId)
    .executeTakeFirst()
  if (!row) return []
  const { as_of, updated_at, ...known } = row
  const values = new Map<string, unknown>(Object.entries(known).map(([name, value]) => [`enterprise.${name}`, value]))
  const asOf = as_of ? localDate(as_of) : localDateOf(updated_at)
  return fields.flatMap(({ code, prefill: from }) => {
    const value = from === null ? null : values.get(from)
    return value === null || value === undefined || value === ''
      ? []
      : [{ field: code, value, source: textOf('register'), asOf }]
  })
}

/** Values of the applicant's last accepted application that asked the same field. */
async function earlierValues(
  tx: Tx | Db,
  zoneId: string,
  who: PlanFor,
  codes: readonly string[],
  today: LocalDate,
): Promise<readonly KnownValue[]> {
  const rows = await tx
    .selectFrom('service_application as a')
    .select(['a.field_values', 'a.received_at'])
    .where('a.zone_id', '=', zoneId)
    .where('a.accepted_at', 'is not', null)
    .where(ownerIs(who))
    .orderBy('a.accepted_at', 'desc')
    .limit(5)
    .execute()
  return rows.flatMap(({ field_values, received_at }) =>
    codes.flatMap((field) =>
      field in field_values
        ? [
            {
              field,
              value: field_values[field],
              source: textOf('earlier'),
              asOf: received_at ? localDateOf(received_at) : today,
            },
          ]
        : [],
    ),
  )
}

/** Special steps of one item by the answers. */
export const specialsOf = ({ selection, answers }: Planned, item: string) =>
  specialStepsOf(selection, answers)
    .filter((special) => special.item === item)
    .map(({ step }) => step)

/** The department that decides an item: of its place, or the one that the one-thing names. */
export function deciderOf(planned: Planned, item: Pick<Item, 'code' | 'department'>): KnownDepartment {
  const place = planned.places.get(item.code)
  return departmentIn(planned, place ? (place.department ?? '') : item.department)
}

export const departmentIn = ({ departments }: Planned, code: string): KnownDepartment => departmentOf(departments, code)
