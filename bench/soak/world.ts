import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { readDefinition, type Definition } from '@tingzhou/bpmn'
import { repoRoot, type Db } from '@tingzhou/db'
import { epochMs, type EpochMs } from '@tingzhou/kernel'
import { createParty, grantRoles, roles, type Actor } from '@tingzhou/parties'
import { createDefinitionStore, deploy, type AnyHost, type Runtime } from '@tingzhou/process'
import { newId } from '@tingzhou/db'
import { soakDrawings } from './drawings.ts'
import { offerOf, pickVars, soakHost, type Offer } from './hosts.ts'

export const zoneId = 'zone-soak'
const begun = Date.UTC(2026, 2, 2, 2)
/** How much faster the soak's clock runs: timers of minutes and hours come due in seconds. */
export const speed = 300

/** The soak's clock: the same in every process that is told when it began. */
export const clockSince =
  (startedAtMs: number): (() => EpochMs) =>
  () =>
    epochMs(Math.round(begun + (Date.now() - startedAtMs) * speed))

/** A drawing of which cases are begun. */
export type Kind = { readonly key: string; readonly definition: Definition; readonly offer: Offer }

/** Every drawing: those that modules ship and the soak's own. */
export async function readKinds(): Promise<readonly Kind[]> {
  const texts = [...shippedFiles().map((path) => readFileSync(path, 'utf8')), ...soakDrawings.map(({ xml }) => xml)]
  return Promise.all(
    texts.map(async (xml) => {
      const read = await readDefinition(xml)
      if (!read.ok) throw new Error(JSON.stringify(read.error))
      return { key: read.value.key, definition: read.value, offer: offerOf(read.value) }
    }),
  )
}

function shippedFiles(): readonly string[] {
  const modules = join(repoRoot(), 'modules')
  return readdirSync(modules, { recursive: true, encoding: 'utf8' })
    .filter((path) => /^[^/]+\/processes\/[^/]+\.bpmn$/.test(path))
    .map((path) => join(modules, path))
    .toSorted()
}

/** Deploys every drawing; of the soak's own the second version after the first. */
export async function deployAll(db: Db, clock: () => EpochMs): Promise<void> {
  const texts = [
    ...shippedFiles().map((path) => readFileSync(path, 'utf8')),
    ...soakDrawings.flatMap(({ xml, next }) => (next === undefined ? [xml] : [xml, next])),
  ]
  for (const xml of texts) {
    const deployed = await db.transaction().execute((tx) => deploy(tx, { zoneId, clock }, xml, 'soak'))
    if (!deployed.ok) throw new Error(JSON.stringify(deployed.error))
  }
}

/** The ids of the people who work on the cases. */
export const people: readonly string[] = Array.from(
  { length: 6 },
  (_, index) => `00000000-0000-7000-8000-00000000000${index + 1}`,
)

/** Everybody may do everything: who may not is tested elsewhere. */
export async function makePeople(db: Db, now: EpochMs): Promise<void> {
  for (const [index, id] of people.entries()) {
    await createParty(db, zoneId, { id, kind: 'person', name: `person ${index + 1}` }, now)
    await grantRoles(
      db,
      zoneId,
      id,
      roles.map((role) => ({ role, partyId: null })),
      'soak',
      now,
    )
  }
}

/** Somebody who acts by a command; the name that the history keeps is the command's id. */
export const actorOf = (accountId: string, commandId: string): Actor => ({
  accountId,
  name: commandId,
  kind: 'person',
  lang: 'en',
  memberships: roles.map((role) => ({ role, partyId: null })),
})

/** What a process of the soak plays with. */
export function playersOf(kinds: readonly Kind[], clock: () => EpochMs, random: () => number) {
  const runtime: Runtime = { deps: { zoneId, clock, newId }, definitions: createDefinitionStore(zoneId) }
  const hosts: AnyHost[] = kinds
    .filter(({ key }) => !key.includes('.'))
    .map(({ key, definition, offer }) =>
      soakHost(zoneId, clock, key, definition, random, () => pickVars(offer, random, clock(), 0.5)),
    )
  return { runtime, hosts }
}
