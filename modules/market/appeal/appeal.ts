import { appendHistory } from '@tingzhou/audit'
import type { Tx } from '@tingzhou/db'
import { err, ok, type Result } from '@tingzhou/kernel'
import { matchCategory as category, openAppealsOf } from '@tingzhou/needs'
import type { Actor } from '@tingzhou/parties'
import type { RecordDeps, Saved } from '@tingzhou/records'
import { fill } from '@tingzhou/http'
import { firmNames } from '../firm.ts'
import { enterPosting } from '../posting/posting.ts'
import type { MarketError } from '../problems.ts'
import type { Reader } from '../room.ts'
import { textsOf } from '../texts.ts'

const shownMax = 200

/** Needs of the category that the reader reaches, each with the posting that came of it. Three statements. */
export async function listAppeals({ deps: { db, zoneId }, actor }: Reader) {
  const appeals = await openAppealsOf(db, zoneId, actor, { category, limit: shownMax })
  const postings = await db
    .selectFrom('market_posting')
    .select(['id', 'number', 'appeal_id'])
    .where('zone_id', '=', zoneId)
    .where('state', '<>', 'withdrawn')
    .where('appeal_id', 'in', appeals.length === 0 ? [''] : appeals.map(({ id }) => id))
    .execute()
  const names = await firmNames(
    db,
    zoneId,
    appeals.map(({ enterpriseId }) => ({ id: enterpriseId, isOutside: false })),
  )
  return {
    rows: appeals.map(({ id, no, title, text, enterpriseId, receivedAt, synthetic }) => {
      const posting = postings.find(({ appeal_id }) => appeal_id === id)
      return {
        id,
        number: no,
        title,
        text,
        firm: { id: enterpriseId, name: names.get(enterpriseId) ?? enterpriseId, isOutside: false },
        receivedAt,
        posting: posting ? { id: posting.id, number: posting.number } : null,
        synthetic,
      }
    }),
  }
}

/** Makes the draft of a posting of an enterprise's need, once, and says so in the need's own history. */
export async function takeOver(
  tx: Tx,
  deps: RecordDeps,
  actor: Actor,
  { id }: { readonly id: string },
): Promise<Result<Saved, MarketError>> {
  const { zoneId, clock } = deps
  const [appeal] = await openAppealsOf(tx, zoneId, actor, { category, id, limit: 1 })
  if (!appeal) return err({ kind: 'not_found' })
  const twin = await tx
    .selectFrom('market_posting')
    .select('number')
    .where('zone_id', '=', zoneId)
    .where('appeal_id', '=', id)
    .where('state', '<>', 'withdrawn')
    .executeTakeFirst()
  if (twin) return err({ kind: 'taken', field: 'appealId', value: twin.number, rule: 'appeal_once' })
  const posted = await enterPosting(tx, deps, actor, {
    kind: 'need',
    firmId: appeal.enterpriseId,
    open: false,
    fileIds: [],
    synthetic: appeal.synthetic,
    appealId: id,
    text: [appeal.title, appeal.text, appeal.wanted]
      .filter((part) => part !== '')
      .join('\n')
      .slice(0, 4_000),
    subject: 'goods',
    spec: [],
    quantity: '',
    minQuantity: '',
    price: '',
    place: '',
    lonDeg: null,
    latDeg: null,
    leadDays: null,
    neededBy: null,
    isSingle: false,
    visibility: 'zone',
    invitedIds: [],
  })
  if (!posted.ok) return posted
  const { id: postingId, number, rev } = posted.value
  await appendHistory(tx, zoneId, [
    {
      objectKind: 'appeal',
      objectId: id,
      at: clock(),
      verb: 'note',
      actorId: actor.accountId,
      actorName: actor.name,
      public: true,
      reason: fill(textsOf('zh-CN').appeal.became, { number }),
      data: {},
    },
  ])
  return ok({ id: postingId, rev })
}
