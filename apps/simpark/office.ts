import { randomUUID } from 'node:crypto'
import { epochMs, type EpochMs } from '@tingzhou/kernel'
import { headUsername, leadUsername, officerUsername } from './accounts.ts'
import { Refused, uploadFile } from './api.ts'
import type { Case, Detail, MoveWish, Step, Who } from './case.ts'
import { commandIdOf } from './command-id.ts'
import { decide, type World } from './decide.ts'
import { intake, judge } from './intake.ts'
import type { People, Person } from './people.ts'
import { drawPicture, sceneOf } from './picture.ts'
import { createQueue, type Queue } from './queue.ts'
import { randomOf } from './random.ts'
import type { Register } from './register.ts'
import { keyOf, type Raise } from './schedule.ts'
import type { Firm } from './firms.ts'
import { foresee } from './foresee.ts'
import { areaPlans } from './zone.ts'

export type OfficeParts = {
  readonly people: People
  readonly register: Register
  readonly firms: readonly Firm[]
  readonly world: World
  /** What time it is in the zone. */
  readonly now: () => EpochMs
  /** Told of what the server refused, which is no fault: people make mistakes too. */
  readonly onRefused: (what: string, error: Refused) => void
}

/** Everybody who works on needs in the zone, and what they have before them. */
export type Office = OfficeParts & {
  readonly queue: Queue
  readonly cases: Map<string, Followed>
  /** The category of a need as its writer meant it, by key. */
  readonly meant: Map<string, string>
  readonly firmOf: (enterpriseId: string) => Firm | null
  /** Cases that others raised. */
  readonly strangers: Set<string>
}

type Followed = Case & { readonly turn: number; readonly refusals: number }

const refusalsMax = 5
const lookAgainMs = 6 * 3_600_000

/**
 * Opens an office.
 * @param before  one whose cases it takes over, so that nothing begins to wait anew
 */
export function openOffice(parts: OfficeParts, before?: Pick<Office, 'cases' | 'meant'>): Office {
  const byId = new Map(parts.firms.map((firm) => [parts.register.enterpriseId(firm.plan.uscc), firm]))
  return {
    ...parts,
    queue: createQueue(),
    cases: new Map(before?.cases),
    meant: new Map(before?.meant),
    firmOf: (id) => byId.get(id) ?? null,
    strangers: new Set(),
  }
}

/**
 * Looks at every open case that somebody of the simulation raised; what a visitor of the demo raised is left to people.
 * @param changedOnly  only those that changed since they were last seen
 */
export async function followOpen(office: Office, changedOnly: boolean): Promise<void> {
  const { api } = office.people.machine
  let cursor: string | undefined
  do {
    const page = await api.needs.appeals.list({ open: true, limit: 200, ...(cursor === undefined ? {} : { cursor }) })
    for (const { id, rev } of page.rows) {
      const known = office.cases.get(id)
      if (changedOnly && (office.strangers.has(id) || known?.detail.rev === rev)) continue
      if (known || (await isOwn(office, id))) await follow(office, id)
      else office.strangers.add(id)
    }
    cursor = page.next ?? undefined
  } while (cursor !== undefined)
}

/** Whether somebody of the simulation raised it; a part of a split one belongs to who raised the whole. */
async function isOwn({ people }: Office, id: string): Promise<boolean> {
  const { api } = people.machine
  const { parent } = await api.needs.appeals.get({ id })
  const { rows } = await api.needs.appeals.trail({ id: parent?.id ?? id, limit: 1 })
  return people.isSimulated(rows[0]?.actor ?? '')
}

/** A firm raises a need, itself or through the hotline or a window. */
export async function raise(office: Office, need: Raise): Promise<void> {
  const { people, register, world } = office
  const enterpriseId = register.enterpriseId(need.firm.plan.uscc)
  const through = { hotline: 'sim.hotline', window: 'sim.window', web: null, phone: null }[need.channel]
  const who = await people.get(through ?? need.firm.username)
  office.meant.set(need.key, need.need.category)
  const random = randomOf(world.seed, need.key, 'form')
  const fileIds = await takePictures(who, need.need.category, need.photos, false, random.int(0, 5))
  const { plan } = need.firm
  const { nature, title, text, wanted } = need.need
  const created = await who.api.needs.appeals.create({
    commandId: commandIdOf(world.seed, need.key, need.at),
    enterpriseId: through === null ? null : enterpriseId,
    channel: need.channel,
    title,
    text,
    nature,
    wanted,
    category: need.named,
    occurredAt: need.at - random.int(1, 40) * 3_600_000,
    areaId: register.areaId(plan.area.code),
    address: plan.address,
    lon: plan.lon,
    lat: plan.lat,
    contactName: plan.contactName,
    contactPhone: plan.phone,
    anonymous: need.anonymous,
    sensitive: need.sensitive,
    fileIds,
  })
  await follow(office, created.id, need.key)
}

/** Looks at a case and plans what happens next to it. */
export async function follow(office: Office, id: string, known?: string): Promise<void> {
  const detail = await office.people.machine.api.needs.appeals.get({ id })
  const key = known ?? keyOf(detail.enterprise?.name ?? '', detail.title)
  for (const child of detail.children) if (!office.cases.has(child.id)) await follow(office, child.id)
  settle(office, detail, key)
}

/** Notes how a case stands now and plans what happens next to it. */
function settle(office: Office, detail: Detail, key: string): void {
  const before = office.cases.get(detail.id)
  const stands = before !== undefined && isSame(before.detail, detail)
  const subject: Followed = {
    key: before?.key ?? key,
    detail,
    since: stands ? before.since : office.now(),
    turn: (before?.turn ?? 0) + 1,
    refusals: stands ? before.refusals : 0,
  }
  office.cases.set(detail.id, subject)
  plan(office, subject, decide(office.world, subject))
}

const isSame = (a: Detail, b: Detail): boolean =>
  a.state === b.state &&
  a.nextStep === b.nextStep &&
  a.orders.length === b.orders.length &&
  a.callbacks.length === b.callbacks.length

function plan(office: Office, subject: Followed, step: Step | null): void {
  if (!step) {
    office.cases.delete(subject.detail.id)
    return
  }
  // Whoever has looked in vain looks again later.
  const soonest = office.now() + (step.does.kind === 'look' ? lookAgainMs / Math.max(1, office.world.speed) : 1_000)
  office.queue.add({ at: epochMs(Math.max(step.at, soonest)), run: () => perform(office, subject, step) })
}

async function perform(office: Office, subject: Followed, step: Step): Promise<void> {
  const { id } = subject.detail
  // Something newer was planned for the case meanwhile.
  if (office.cases.get(id)?.turn !== subject.turn) return
  try {
    const foreseen = await act(office, subject, step)
    if (foreseen) settle(office, foreseen, subject.key)
    else await follow(office, id)
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    await recover(office, subject, step, error)
  }
}

/** Somebody else was faster, or the rules say no: look again, at last leave it alone. */
async function recover(office: Office, subject: Followed, step: Step, error: Refused): Promise<void> {
  const { id, no } = subject.detail
  const refusals = subject.refusals + 1
  if (error.kind !== 'stale_revision') {
    const what = step.does.kind === 'move' ? step.does.move.move : step.does.kind
    office.onRefused(`${what} ${no ?? id}`, error)
  }
  if (refusals > refusalsMax) {
    office.cases.delete(id)
    return
  }
  const again = { ...subject, refusals, turn: subject.turn + 1 }
  office.cases.set(id, again)
  const wait = error.kind === 'stale_revision' ? 1_000 : lookAgainMs / Math.max(1, office.world.speed)
  office.queue.add({ at: epochMs(office.now() + wait), run: () => lookAt(office, again) })
}

async function lookAt(office: Office, subject: Followed): Promise<void> {
  if (office.cases.get(subject.detail.id)?.turn === subject.turn) await follow(office, subject.detail.id)
}

/** @returns how the case stands afterwards, where that is sure */
async function act(office: Office, subject: Case, { does }: Step): Promise<Detail | null> {
  switch (does.kind) {
    case 'look':
      return null
    case 'intake':
      await intake(office, subject)
      return null
    case 'judge':
      await judge(office, subject)
      return null
    case 'move':
      return makeMove(office, subject, does.who, does.move, does.evidence)
  }
}

async function makeMove(
  office: Office,
  { key, detail }: Case,
  who: Who,
  move: MoveWish,
  evidence: boolean,
): Promise<Detail | null> {
  const person = await findPerson(office, who)
  const category = detail.category ?? ''
  const random = randomOf(office.world.seed, key, move.move, detail.orders.length)
  const mended = move.move === 'reply'
  const pictures = evidence && 'fileIds' in move ? random.int(1, mended ? 2 : 1) : 0
  const fileIds = await takePictures(person, category, pictures, mended, random.int(0, 5))
  const { id, rev } = detail
  const answer = await person.api.needs.appeals.move({
    id,
    move: { ...move, ...(fileIds.length > 0 ? { fileIds } : {}), commandId: randomUUID(), rev },
  })
  return foresee(detail, move, answer, office.now())
}

/** The account of whoever acts. */
export function findPerson({ people, register, firmOf }: Office, who: Who): Promise<Person> {
  switch (who.role) {
    case 'dispatcher':
    case 'supervisor':
    case 'callback':
      return people.get(who.role)
    case 'lead': {
      const area = areaPlans.find(({ code }) => register.areaId(code) === who.areaId)
      return people.get(leadUsername(area?.code ?? '', who.deputy))
    }
    case 'head':
      return people.get(headUsername(register.departmentCode(who.departmentId) ?? ''))
    case 'officer':
      return people.get(officerUsername(register.departmentCode(who.departmentId) ?? '') ?? '')
    case 'firm':
      return people.get(firmOf(who.enterpriseId)?.username ?? '')
  }
}

/** Uploads drawings as evidence; a file belongs to one object, so each use uploads its own. */
async function takePictures(
  { connection }: Person,
  category: string,
  count: number,
  mended: boolean,
  first: number,
): Promise<string[]> {
  const ids: string[] = []
  for (let i = 0; i < count; i++) {
    const bytes = new Uint8Array(await drawPicture(sceneOf(category), (first + i) % 6, mended))
    const name = `${mended ? 'after' : 'before'}-${i + 1}.jpg`
    ids.push(await uploadFile(connection, { name, mediaType: 'image/jpeg', bytes }, 'evidence'))
  }
  return ids
}
