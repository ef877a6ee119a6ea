import { sql } from 'kysely'
import type { Db, Tx } from '@tingzhou/db'
import { findWaybillStand } from '@tingzhou/freight'
import { assert } from '@tingzhou/kernel'
import '../tables.ts'
import type { Facts } from './finding.ts'

type Kept = Omit<Facts, 'waybillSigned'> & { readonly waybillId: string | null }

/** What a shipment is judged by. Two statements, by primary keys and the indexes of the shipment. */
export async function readFacts(tx: Tx | Db, zoneId: string, id: string): Promise<Facts> {
  const answer = await sql<{ readonly facts: Kept }>`select jsonb_build_object(
      'pieces', s.pieces, 'loadedPieces', s.loaded_pieces, 'waybillId', s.waybill_id,
      'documentRules', coalesce((select jsonb_agg(jsonb_build_object('kind', r.kind, 'step', r.step, 'required', r.required,
          'dated', r.dated, 'counted', r.counted) order by r.kind)
        from export_document_rule r where r.zone_id = s.zone_id and r.goods_class = s.goods_class), '[]'),
      'checkRules', coalesce((select jsonb_agg(jsonb_build_object('code', c.code, 'step', c.step, 'result', c.result) order by c.code)
        from export_check_rule c where c.zone_id = s.zone_id and c.goods_class = s.goods_class), '[]'),
      'documents', coalesce((select jsonb_agg(jsonb_build_object('id', d.id, 'kind', d.kind, 'number', d.number,
          'validFrom', d.valid_from, 'validTo', d.valid_to, 'pieces', d.pieces, 'state', d.state) order by d.kind)
        from export_document d where d.zone_id = s.zone_id and d.shipment_id = s.id and d.state <> 'replaced'), '[]'),
      'lots', coalesce((select jsonb_agg(jsonb_build_object('number', l.number, 'pieces', sl.pieces, 'inspection', l.inspection,
          'nursery', case when n.id is null then null else jsonb_build_object('registration', n.registration, 'state', n.state,
            'validFrom', n.valid_from, 'validTo', n.valid_to) end) order by l.number)
        from export_shipment_lot sl
        join export_lot l on l.zone_id = sl.zone_id and l.id = sl.lot_id
        left join export_nursery n on n.zone_id = l.zone_id and n.id = l.nursery_id
        where sl.zone_id = s.zone_id and sl.shipment_id = s.id), '[]'),
      'seals', coalesce((select jsonb_agg(e.number order by e.number) from export_seal e
        where e.zone_id = s.zone_id and e.shipment_id = s.id and e.removed_at is null), '[]'),
      'handedOverAtYard', exists (select from export_hand_over h
        where h.zone_id = s.zone_id and h.shipment_id = s.id and h.point = 'yard' and (h.at, h.id) > (
          select o.at, o.id from export_hand_over o
          where o.zone_id = s.zone_id and o.shipment_id = s.id and o.point = 'load'
          order by o.at desc, o.id desc limit 1))) as facts
    from export_shipment s where s.zone_id = ${zoneId} and s.id = ${id}`.execute(tx)
  const facts = answer.rows[0]?.facts
  assert(facts, 'a shipment that is judged is there')
  const { waybillId, ...kept } = facts
  const waybill = waybillId === null ? null : await findWaybillStand(tx, zoneId, waybillId)
  return { ...kept, waybillSigned: waybill === null ? null : waybill.signed }
}
