import { readDefinition } from '@tingzhou/bpmn'
import { at, expectRevision, jsonb, runCommand, type Db, type Tx } from '@tingzhou/db'
import { err, ok, type Result } from '@tingzhou/kernel'
import type { Actor } from '@tingzhou/parties'
import { roles } from '@tingzhou/parties'
import { deploy } from '@tingzhou/process'
import { canonicalJson, sha256 } from './canonical.ts'
import { checkOneThing } from './check-one-thing.ts'
import { departmentsByCode } from './department.ts'
import { drawingsComplaints } from './drawing-check.ts'
import { copyDrawings, deployDrawingsOf, drawingsOf, isDrawingKey, putDrawing } from './drawing-store.ts'
import type { ServicesDeps } from './dossier.ts'
import type { ServiceError } from './errors.ts'
import { servicesHosts } from './hosts.ts'
import { drawingPrefix } from './item-drawing.ts'
import { OneThing } from './one-thing.ts'
import { publishedOneThing } from './one-thing-store.ts'
import { catalogueItems } from './seed.ts'

export type EditorComplaint = {
  readonly part: 'one_thing' | 'drawing' | 'department'
  readonly kind: string
  readonly at: string
  readonly value: unknown
  readonly message: string
}

type Draft = { readonly id: string; readonly code: string; readonly body: unknown; readonly xml: string | null }

/** Everything that keeps a draft from being published: its shape, its rules, its drawing, departments that the zone does not have. */
export async function complaintsOf(tx: Tx | Db, deps: ServicesDeps, draft: Draft): Promise<readonly EditorComplaint[]> {
  const read = OneThing.safeParse(draft.body)
  const drawing = await drawingComplaints(deps, draft)
  if (!read.success)
    return [
      ...read.error.issues.map(({ code, path, message }) => ({
        part: 'one_thing' as const,
        kind: code,
        at: path.join('.'),
        value: null,
        message,
      })),
      ...drawing,
    ]
  const body = read.data
  const hosts = servicesHosts(deps)
  const own = await drawingsOf(tx, deps, draft.id)
  const processes = new Set([...hosts, ...own].map(({ key }) => key))
  const checked = checkOneThing(body, { departments: null, processes })
  const away = body.joint?.places.flatMap(({ departments }) => departments.map(({ by }) => by)) ?? []
  const known = await departmentsByCode(tx, deps.zoneId, [
    body.lead,
    ...body.items.map(({ department }) => department),
    ...away,
  ])
  return [
    ...(body.code === draft.code
      ? []
      : [
          {
            part: 'one_thing' as const,
            kind: 'code_changed',
            at: 'code',
            value: body.code,
            message: `the code is ${draft.code}`,
          },
        ]),
    ...(checked.ok
      ? []
      : checked.error.map((complaint) => ({
          part: 'one_thing' as const,
          kind: complaint.kind,
          at: 'code' in complaint ? complaint.code : '',
          value: complaint,
          message: JSON.stringify(complaint),
        }))),
    ...[...known.values()]
      .filter(({ id }) => id === null)
      .map(({ code }) => ({
        part: 'department' as const,
        kind: 'department_missing',
        at: code,
        value: code,
        message: `the zone has no open department ${code}`,
      })),
    ...drawing,
    ...(await drawingsComplaints(hosts, body, own)).map((complaint) => ({ part: 'drawing' as const, ...complaint })),
  ]
}

/** What the engine says of a drawing of its own. */
async function drawingComplaints(deps: ServicesDeps, { code, xml }: Draft): Promise<readonly EditorComplaint[]> {
  if (xml === null) return []
  const hosts = servicesHosts(deps)
  const handlers = Object.keys(hosts.find(({ key }) => key === 'onething')?.handlers ?? {})
  const read = await readDefinition(xml, {
    known: { handlers, roles: [...roles], processes: hosts.map(({ key }) => key) },
  })
  const complain = (kind: string, at: string, value: unknown, message: string) => ({
    part: 'drawing' as const,
    kind,
    at,
    value,
    message,
  })
  if (!read.ok)
    return read.error.map(({ kind, elementId, line, value, message }) =>
      complain(kind, `${elementId ?? ''}${line === null ? '' : `:${line}`}`, value, message),
    )
  const { key } = read.value
  return key === keyOf(code) ? [] : [complain('wrong_key', key, key, `the id of the process is ${keyOf(code)}`)]
}

export const keyOf = (code: string): string => `onething.${code}`

type Edited = { readonly id: string; readonly rev: number }

/** Begins a draft: from what is given, else from the newest version. One draft a code. */
export const beginDraft = (
  deps: ServicesDeps,
  actor: Actor,
  input: { readonly commandId: string; readonly code: string; readonly body?: unknown },
): Promise<Result<Edited, ServiceError>> =>
  runCommand(
    deps,
    { commandId: input.commandId, actorId: actor.accountId, name: 'services.begin_draft', input },
    async (tx): Promise<Result<Edited, ServiceError>> => {
      const rows = await tx
        .selectFrom('one_thing')
        .select(['id', 'state', 'body', 'xml', 'version'])
        .where('zone_id', '=', deps.zoneId)
        .where('code', '=', input.code)
        .orderBy('version', 'desc')
        .execute()
      if (rows.some(({ state }) => state === 'draft'))
        return err({ kind: 'already_open', field: 'code', value: input.code, rule: 'one draft a code' })
      const newest = rows.find(({ version }) => version !== null)
      const body = input.body ?? newest?.body ?? { code: input.code }
      const id = deps.newId()
      const row = {
        zone_id: deps.zoneId,
        id,
        code: input.code,
        version: null,
        state: 'draft' as const,
        body: jsonb(body),
        process_key: newest?.xml ? keyOf(input.code) : 'onething',
        xml: newest?.xml ?? null,
        sha256: sha256(canonicalJson(body)),
        why: null,
        edited_at: at(deps.clock()),
        edited_by: actor.accountId,
        published_by: null,
      }
      await tx.insertInto('one_thing').values(row).execute()
      if (newest) await copyDrawings(tx, deps, newest.id, id, actor.accountId)
      return ok({ id, rev: 1 })
    },
  )

type Locked = Draft & {
  readonly rev: number
  readonly state: 'draft' | 'published' | 'retired'
  readonly version: number | null
}

async function lockVersion(tx: Tx, deps: ServicesDeps, id: string): Promise<Locked | null> {
  const row = await tx
    .selectFrom('one_thing')
    .select(['id', 'code', 'body', 'xml', 'rev', 'state', 'version'])
    .where('zone_id', '=', deps.zoneId)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst()
  return row ?? null
}

/** A command on one version in the state that it asks for. */
const edit = <T>(
  deps: ServicesDeps,
  actor: Actor,
  input: { readonly id: string; readonly commandId: string; readonly rev: number },
  move: string,
  wanted: Locked['state'],
  body: (tx: Tx, locked: Locked) => Promise<Result<T, ServiceError>>,
): Promise<Result<T, ServiceError>> =>
  runCommand(
    deps,
    { commandId: input.commandId, actorId: actor.accountId, name: `services.${move}`, input },
    async (tx): Promise<Result<T, ServiceError>> => {
      const locked = await lockVersion(tx, deps, input.id)
      if (!locked) return err({ kind: 'not_found' })
      const { state } = locked
      const fresh = expectRevision(locked.rev, input.rev)
      if (!fresh.ok) return err({ ...fresh.error, state })
      if (state !== wanted) return err({ kind: 'not_in_state', move, state, rule: wanted, states: [wanted] })
      return body(tx, locked)
    },
  )

type Saved = {
  readonly id: string
  readonly commandId: string
  readonly rev: number
  readonly body?: unknown
  readonly xml?: string | null | undefined
}

/** Saves a draft as it is, whole or not: what is wrong with it is asked apart. */
export const saveDraft = (deps: ServicesDeps, actor: Actor, input: Saved): Promise<Result<Edited, ServiceError>> =>
  edit(deps, actor, input, 'save_draft', 'draft', async (tx, locked) => {
    const body = input.body ?? locked.body
    const xml = input.xml === undefined ? locked.xml : input.xml
    await tx
      .updateTable('one_thing')
      .set({
        body: jsonb(body),
        xml,
        process_key: xml === null ? 'onething' : keyOf(locked.code),
        sha256: sha256(canonicalJson(body)),
        edited_at: at(deps.clock()),
        edited_by: actor.accountId,
        rev: locked.rev + 1,
      })
      .where('zone_id', '=', deps.zoneId)
      .where('id', '=', input.id)
      .execute()
    return ok({ id: input.id, rev: locked.rev + 1 })
  })

type Drawn = {
  readonly id: string
  readonly commandId: string
  readonly rev: number
  readonly key: string
  readonly xml: string | null
}

/** Saves a drawing of an item's own with a draft, or takes it out; what is wrong with it is asked apart. */
export const saveItemDrawing = (
  deps: ServicesDeps,
  actor: Actor,
  input: Drawn,
): Promise<Result<Edited, ServiceError>> =>
  edit(deps, actor, input, 'save_drawing', 'draft', async (tx, locked) => {
    if (!isDrawingKey(input.key, locked.code))
      return err({ kind: 'wrong_drawing_key', field: 'key', value: input.key, rule: `${drawingPrefix(locked.code)}…` })
    await putDrawing(tx, deps, input.id, input.key, input.xml, actor.accountId)
    const rev = locked.rev + 1
    await tx
      .updateTable('one_thing')
      .set({ edited_at: at(deps.clock()), edited_by: actor.accountId, rev })
      .where('zone_id', '=', deps.zoneId)
      .where('id', '=', input.id)
      .execute()
    return ok({ id: input.id, rev })
  })

type Why = { readonly id: string; readonly commandId: string; readonly rev: number; readonly why: string }

/** Publishes a draft as the next version: its drawing is deployed, the version before it retired, all or nothing. Cases that run keep theirs. */
export const publishDraft = (
  deps: ServicesDeps,
  actor: Actor,
  input: Why,
): Promise<Result<Edited & { readonly version: number }, ServiceError>> =>
  edit(deps, actor, input, 'publish', 'draft', async (tx, locked) => {
    const complaints = await complaintsOf(tx, deps, locked)
    if (complaints.length > 0)
      return err({ kind: 'one_thing_refused', complaints, rule: complaints.map(({ message }) => message).join('; ') })
    if (locked.xml !== null) {
      const deployed = await deploy(tx, deps, locked.xml, actor.accountId)
      if (!deployed.ok)
        return err({
          kind: 'one_thing_refused',
          complaints: deployed.error.complaints,
          rule: 'a drawing of the subset',
        })
    }
    const own = await deployDrawingsOf(tx, deps, locked.id, actor.accountId)
    if (!own.ok)
      return err({ kind: 'one_thing_refused', complaints: own.error.complaints, rule: 'a drawing of the subset' })
    const last = await tx
      .selectFrom('one_thing')
      .select(({ fn }) => fn.max('version').as('version'))
      .where('zone_id', '=', deps.zoneId)
      .where('code', '=', locked.code)
      .executeTakeFirst()
    const version = Number(last?.version ?? 0) + 1
    await tx
      .updateTable('one_thing')
      .set({ state: 'retired' })
      .where('zone_id', '=', deps.zoneId)
      .where('code', '=', locked.code)
      .where('state', '=', 'published')
      .execute()
    await tx
      .updateTable('one_thing')
      .set({
        state: 'published',
        version,
        why: input.why,
        published_at: at(deps.clock()),
        published_by: actor.accountId,
        rev: locked.rev + 1,
      })
      .where('zone_id', '=', deps.zoneId)
      .where('id', '=', input.id)
      .execute()
    await catalogueItems(tx, deps)
    return ok({ id: input.id, rev: locked.rev + 1, version })
  })

/** Retires the published version: no new drafts on it, cases that run go on. */
export const retireVersion = (deps: ServicesDeps, actor: Actor, input: Why): Promise<Result<Edited, ServiceError>> =>
  edit(deps, actor, input, 'retire', 'published', async (tx, locked) => {
    await tx
      .updateTable('one_thing')
      .set({ state: 'retired', why: input.why, rev: locked.rev + 1 })
      .where('zone_id', '=', deps.zoneId)
      .where('id', '=', input.id)
      .execute()
    return ok({ id: input.id, rev: locked.rev + 1 })
  })

export const removeDraft = (
  deps: ServicesDeps,
  actor: Actor,
  input: { readonly id: string; readonly commandId: string; readonly rev: number },
): Promise<Result<{ readonly id: string }, ServiceError>> =>
  edit(deps, actor, input, 'remove_draft', 'draft', async (tx) => {
    await tx.deleteFrom('one_thing').where('zone_id', '=', deps.zoneId).where('id', '=', input.id).execute()
    return ok({ id: input.id })
  })

export type Change = {
  readonly path: string
  readonly kind: 'added' | 'removed' | 'changed'
  readonly before: unknown
  readonly after: unknown
}

/** What differs between two values, by path; lists of coded things by their codes. Pure. O(size). */
export function changesBetween(before: unknown, after: unknown, path = ''): readonly Change[] {
  if (canonicalJson(before) === canonicalJson(after)) return []
  const [was, is] = [partsOf(before), partsOf(after)]
  if (!was || !is) {
    const kind = before === undefined ? 'added' : after === undefined ? 'removed' : 'changed'
    return [{ path, kind, before: before ?? null, after: after ?? null }]
  }
  return [...new Set([...was.keys(), ...is.keys()])].flatMap((name) =>
    changesBetween(was.get(name), is.get(name), path === '' ? name : `${path}.${name}`),
  )
}

function partsOf(value: unknown): ReadonlyMap<string, unknown> | null {
  if (typeof value !== 'object' || value === null) return null
  if (!Array.isArray(value)) return new Map(Object.entries(value))
  const codes: readonly unknown[] = value.map((one: unknown) =>
    typeof one === 'object' && one !== null && 'code' in one ? one.code : null,
  )
  return codes.length > 0 && codes.every((code) => typeof code === 'string')
    ? new Map(value.map((one: unknown, index) => [String(codes[index]), one]))
    : null
}

/** The changes of a version against the published one of its code, the drawing included. */
export async function diffOf(deps: ServicesDeps, { id, code, body, xml }: Draft) {
  const published = await publishedOneThing(deps.db, deps, code)
  const drawn = async (of: string) => ({
    drawings: (await drawingsOf(deps.db, deps, of)).map(({ key, sha256: hash }) => ({ code: key, sha256: hash })),
  })
  const before = published
    ? { ...published.body, processKey: published.processKey, ...(await drawn(published.id)) }
    : undefined
  const after = OneThing.safeParse(body)
  const processKey = xml === null ? 'onething' : keyOf(code)
  const own = { ...(after.success ? after.data : toObject(body)), processKey, ...(await drawn(id)) }
  return { against: published?.version ?? null, changes: [...changesBetween(before ?? {}, own)] }
}

const toObject = (value: unknown): object => (typeof value === 'object' && value !== null ? value : {})
