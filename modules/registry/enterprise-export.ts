import type { CommandDeps } from '@tingzhou/db'
import { problem, sendWorkbook } from '@tingzhou/http'
import type { Actor, Lang } from '@tingzhou/parties'
import { readContacts } from './contact.ts'
import { countEnterprises, listEnterprises, type ListWish } from './enterprise-list.ts'
import { maskPhone } from './mask.ts'
import { textsOf } from './texts.ts'
import { writeExport, type ExportRow } from './workbook.ts'

// What a spreadsheet program still opens well, and what fits in memory while it is written.
const exportRowsMax = 100_000
const pageRows = 2_000

/** The whole list under its filters as a workbook: the same rows in the same order as on screen, phones masked. */
export async function exportEnterprises(deps: CommandDeps, actor: Actor, lang: Lang, wish: ListWish) {
  const { db, zoneId } = deps
  const total = await countEnterprises(db, zoneId, actor, wish)
  if (total > exportRowsMax)
    throw problem({ kind: 'export_too_large', status: 422, area: 'registry', meta: { total, max: exportRowsMax } })
  const rows: ExportRow[] = []
  for (let cursor: string | null | undefined; cursor !== null;) {
    const { cursor: _cursor, ...filters } = wish
    const page = await listEnterprises(db, zoneId, actor, { ...filters, cursor, limit: pageRows })
    rows.push(...(await withContacts(deps, page.rows)))
    cursor = page.next
  }
  const { cursor: _cursor, limit: _limit, sort = 'name', ...filters } = wish
  const about = {
    filters: Object.entries(filters).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, Array.isArray(value) ? value.join(', ') : String(value)] as const],
    ),
    sort,
    by: actor.name,
    at: deps.clock(),
  }
  return sendWorkbook(await writeExport(lang, rows, about), textsOf(lang).sheet.exportFile)
}

async function withContacts(
  { db, zoneId }: CommandDeps,
  rows: Awaited<ReturnType<typeof listEnterprises>>['rows'],
): Promise<readonly ExportRow[]> {
  const contacts = await readContacts(
    db,
    zoneId,
    rows.map(({ id }) => id),
  )
  const main = new Map(
    contacts
      .filter(({ state }) => state === 'active')
      .toReversed()
      .map((contact) => [contact.enterpriseId, contact]),
  )
  return rows.map((row) => {
    const contact = main.get(row.id)
    return { ...row, contact: contact ? { name: contact.name, phone: maskPhone(contact.phone) } : null }
  })
}
