import type { Tx } from '@tingzhou/db'
import type { RecordDeps } from '@tingzhou/records'
import type zhCN from '../locales/zh-CN.json'
import type { FirmLine, Told } from '../told.ts'
import './tables.ts'

type EventText = Extract<keyof typeof zhCN.notice, `event_${string}`>
type Params = Readonly<Record<string, string>>
type About = { readonly id: string; readonly name: string; readonly day: string; readonly place: string }
/** Firms that were invited or come, which are told of changes. One statement. */
export async function comingFirms(tx: Tx, { zoneId }: RecordDeps, eventId: string): Promise<readonly string[]> {
  const rows = await tx
    .selectFrom('market_event_firm')
    .select('firm_id')
    .where('zone_id', '=', zoneId)
    .where('event_id', '=', eventId)
    .where('state', '<>', 'withdrawn')
    .limit(1_000)
    .execute()
  return rows.map(({ firm_id }) => firm_id)
}

/** What waits for the reader; the rest is for information. */
const needsReader: readonly EventText[] = ['event_invited', 'event_result', 'event_follow', 'event_follow_officer']

/** What is told of a day. Pure. */
export const toldOf = ({ id, name, day, place }: About, text: EventText, params: Params = {}): Told => ({
  text,
  needsMe: needsReader.includes(text),
  params: { name, day, place, ...params },
  objectKind: 'market_event',
  objectId: id,
  path: `/market-events/${id}`,
})

/** The same of a day to each of some firms, with what is particular to it. Pure. */
export const linesOf = (
  event: About,
  firmIds: readonly string[],
  text: EventText,
  paramsOf: (firmId: string) => Params = () => ({}),
): readonly FirmLine[] => firmIds.map((firmId) => ({ ...toldOf(event, text, paramsOf(firmId)), firmId }))
