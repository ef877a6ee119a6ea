import { Buffer } from 'node:buffer'
import type { Tx } from '@tingzhou/db'
import { assert, err, ok, type Result } from '@tingzhou/kernel'
import type { ProcessHost, Vars } from '@tingzhou/process'
import { dueAfter } from './application-host.ts'
import { canonicalJson, sha256 } from './canonical.ts'
import {
  change,
  openDossier,
  say,
  settleDossier,
  tell,
  type Application,
  type Dossier,
  type Package,
  type ServicesDeps,
} from './dossier.ts'
import { oneThingOf } from './one-thing-store.ts'
import { makeManifest, type Manifest, type ManifestProblem } from './manifest.ts'

type Subject = Dossier<'cross_region_package'>

/** 异地代收代办: taken in here, decided there: `processes/crossregion.bpmn`. */
export const packageHost = (deps: ServicesDeps): ProcessHost<Subject> => ({
  key: 'crossregion',
  businessKind: 'cross_region_package',
  file: 'modules/services/processes/crossregion.bpmn',
  handlers: {
    'services.pack': pack,
    'services.tellSupervisors': tellSupervisors,
    'services.receivePackage': takeIn,
  },
  lock: (tx, businessId, cause) => openDossier(tx, deps, 'cross_region_package', businessId, cause),
  // A place answers through its first department; its others may too.
  taskParty: (_task, { row }) => row.department_ids[0] ?? null,
  taskAssignee: (task, { row }) =>
    task.nodeId === 'receive' || task.nodeId === 'repair' || task.nodeId === 'deliver' ? row.receiver_account : null,
  instance: () => null,
  batch: ({ batch }) => batch,
  settle: (_tx, subject, played) => {
    settleDossier(subject, played, 'ended')
  },
})

/** 多地联办: one place of several, from the lead's acceptance to its results: `processes/joint-place.bpmn`. */
export const jointPlaceHost = (deps: ServicesDeps): ProcessHost<Subject> => ({
  ...packageHost(deps),
  key: 'joint-place',
  file: 'modules/services/processes/joint-place.bpmn',
})

// The deciding side answers within one working day (casework.md §10, rule 7).
const answerDays = 1

/** Lists what is sent with its hashes; the deciding side has one working day to answer. */
async function pack(tx: Tx, subject: Subject): Promise<Vars> {
  const manifest = await manifestOf(tx, subject)
  assert(manifest.ok, `a package is listed, got ${JSON.stringify(manifest)}`)
  const due = await dueAfter(tx, subject, subject.now, answerDays)
  change(subject, { manifest: manifest.value, sent_at: subject.now, answer_due_at: due, asks: [] })
  say(subject, { verb: 'pack', data: { files: manifest.value.files.length, sha256: manifest.value.sha256 } })
  tell(subject, subject.row.place === '' ? 'package_sent' : 'place_sent', subject.row.department_ids)
  if (subject.cause.by === 'timer') await closeLists(tx, subject)
  return { outcome: null, answerDueAt: due, ...(subject.row.place === '' ? {} : { supplementDueAt: null }) }
}

/** The applicant's time is over: the lists on which this place asked are late. */
async function closeLists(tx: Tx, { deps, row }: Subject): Promise<void> {
  await tx
    .updateTable('service_supplement')
    .set({ state: 'late' })
    .where('zone_id', '=', deps.zoneId)
    .where('application_id', '=', row.application_id)
    .where('state', '=', 'open')
    .where('id', 'in', (eb) =>
      eb
        .selectFrom('supplement_ask as k')
        .innerJoin('item_case as i', (join) =>
          join.onRef('i.zone_id', '=', 'k.zone_id').onRef('i.id', '=', 'k.item_case_id'),
        )
        .select('k.supplement_id')
        .where('k.zone_id', '=', deps.zoneId)
        .where('i.application_id', '=', row.application_id)
        .where('i.place', '=', row.place),
    )
    .execute()
}

/** The form and every file of an application by hash. The bytes of files are not read again: their hashes were taken when they came. */
async function manifestOf(tx: Tx, { deps, row }: Subject): Promise<Result<Manifest, ManifestProblem>> {
  const application = await tx
    .selectFrom('service_application')
    .selectAll()
    .where('zone_id', '=', deps.zoneId)
    .where('id', '=', row.application_id)
    .executeTakeFirstOrThrow()
  const head = {
    application: application.id,
    mode: row.place === '' ? 'receive_and_forward' : 'joint',
    fromRegion: row.receiving,
    toRegion: row.deciding,
  } as const
  const needs = row.place === '' ? null : await needsOf(tx, deps, application, row.items)
  const content = needs === null ? formOf(application) : formFor(application, row.items, needs.fields)
  const form = makeManifest(head, [{ name: 'application.json', content }])
  if (!form.ok) return err(form.error)
  const files = await tx
    .selectFrom('material_copy as m')
    .innerJoin('file as f', (join) =>
      join.onRef('f.zone_id', '=', 'm.zone_id').on('f.id', '=', (eb) => eb.fn.any('m.file_ids')),
    )
    .select(['m.code', 'f.id', 'f.sha256', 'f.size_bytes'])
    .where('m.zone_id', '=', deps.zoneId)
    .where('m.application_id', '=', row.application_id)
    .$if(needs !== null, (query) => query.where('m.code', 'in', needs?.materials.length ? [...needs.materials] : ['']))
    .orderBy('m.code')
    .limit(1_000)
    .execute()
  const entries = [
    ...form.value.files,
    ...files.map((file) => ({ name: `${file.code}/${file.id}`, bytes: Number(file.size_bytes), sha256: file.sha256 })),
  ].toSorted((a, b) => (a.name < b.name ? -1 : 1))
  return ok({ ...head, files: entries, sha256: sha256(canonicalJson({ ...head, files: entries })) })
}

/** The form as it is sent. Pure. */
export const formOf = ({ answers, field_values, one_thing, version, applicant_name }: Application): Uint8Array =>
  Buffer.from(canonicalJson({ answers, values: field_values, oneThing: one_thing, version, applicant: applicant_name }))

/** What a place is sent of the form: the answers, and the fields that its items need. Pure. */
export const formFor = (
  { answers, field_values, one_thing, version, applicant_name }: Application,
  items: readonly string[],
  fields: ReadonlySet<string>,
): Uint8Array =>
  Buffer.from(
    canonicalJson({
      answers,
      values: Object.fromEntries(Object.entries(field_values).filter(([code]) => fields.has(code))),
      items,
      oneThing: one_thing,
      version,
      applicant: applicant_name,
    }),
  )

/** What the items of a place need: no more leaves for it. */
async function needsOf(tx: Tx, deps: ServicesDeps, application: Application, items: readonly string[]) {
  const { body } = await oneThingOf(tx, deps, application.one_thing_id)
  const own = body.items.filter(({ code }) => items.includes(code))
  return {
    fields: new Set(own.flatMap((item) => item.fields)),
    materials: [...new Set(own.flatMap((item) => item.materials))],
  }
}

async function tellSupervisors(_tx: Tx, subject: Subject): Promise<Vars> {
  const { receiving, deciding } = subject.row
  change(subject, { told_at: subject.now })
  say(subject, { verb: 'tell_supervisors', data: { receiving, deciding } })
  tell(subject, 'package_unanswered', [], { receiving, deciding })
  return {}
}

/** The deciding side has it: its clock begins now. */
async function takeIn(_tx: Tx, subject: Subject): Promise<Vars> {
  change(subject, { received_at: subject.now })
  tell(subject, subject.row.place === '' ? 'package_received' : 'place_received', [], {
    applicationId: subject.row.application_id,
  })
  return {}
}

/** A package before anything happened to it. */
export const blankPackage = {
  state: 'receive',
  place: '',
  items: [],
  department_ids: [],
  identity_by: null,
  manifest: null,
  asks: [],
  sent_at: null,
  answer_due_at: null,
  told_at: null,
  received_at: null,
  reason: null,
  instance_id: null,
  next_step: null,
  next_roles: [],
  next_party: null,
  rev: 1,
} satisfies Partial<Package>
