import { sql } from 'kysely'
import type { Tx } from '@tingzhou/db'
import { addNotices, type NewNotice } from '@tingzhou/notices'
import { accountsWithRole } from '@tingzhou/parties'
import type { RecordDeps } from '@tingzhou/records'
import type zhCN from './locales/zh-CN.json'
import type { MarketKind } from './record.ts'
import './texts.ts'

/** What is told, and where one reads more. */
export type Told = {
  readonly text: keyof typeof zhCN.notice
  readonly needsMe: boolean
  readonly params: Readonly<Record<string, string | number>>
  readonly objectKind: MarketKind
  readonly objectId: string
  readonly path: string
}

/** A line to a firm's people. */
export type FirmLine = Told & { readonly firmId: string }

/** Tells the people of firms; of a firm outside nobody is here. Two statements at most. */
export async function tellFirms(tx: Tx, deps: RecordDeps, lines: readonly FirmLine[]): Promise<void> {
  if (lines.length === 0) return
  const firms = [...new Set(lines.map(({ firmId }) => firmId))]
  const { rows } = await sql<{ firmId: string; accountId: string }>`
    select distinct party_id as "firmId", account_id as "accountId" from membership
    where zone_id = ${deps.zoneId} and until is null and role = 'enterprise' and party_id = any(${firms}::text[])`.execute(
    tx,
  )
  await addNotices(
    tx,
    deps.zoneId,
    // Firms have their screens at the counter.
    lines.flatMap((line) =>
      rows
        .filter(({ firmId }) => firmId === line.firmId)
        .map(({ accountId }) => notice(deps, line, accountId, '/counter')),
    ),
  )
}

/** Tells the chain officers. Two statements at most. */
export async function tellOfficers(tx: Tx, deps: RecordDeps, ...lines: readonly Told[]): Promise<void> {
  if (lines.length === 0) return
  const accounts = await accountsWithRole(tx, deps.zoneId, ['chain_officer'], null)
  await addNotices(
    tx,
    deps.zoneId,
    lines.flatMap((line) => accounts.map((accountId) => notice(deps, line, accountId, ''))),
  )
}

const notice = (
  { clock }: RecordDeps,
  { text, needsMe, params, objectKind, objectId, path }: Told,
  accountId: string,
  surface: '' | '/counter',
): NewNotice => ({
  accountId,
  kind: `market.${text}`,
  needsMe,
  titleKey: `market:${text}`,
  params,
  objectKind,
  objectId,
  link: `${surface}${path}`,
  at: clock(),
})
