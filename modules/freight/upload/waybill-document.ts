import { sql } from 'kysely'
import type { Tx } from '@tingzhou/db'
import type { EpochMs } from '@tingzhou/kernel'
import { findEnterprises } from '@tingzhou/registry'
import type { WaybillDocument, WaybillLeg } from '@tingzhou/wlhy'
import defaults from '../data/upload.json' with { type: 'json' }
import '../tables.ts'
import type { Agreement } from '../waybill/agreement.ts'
import { shownNumber } from '../waybill/shown-number.ts'
import { carried, carriedFrom, isAboveFreight, type Carried } from './carried.ts'
import type { Regulator } from './regulator.ts'
import { subjectKey, type Gathered } from './subject.ts'

type WaybillRow = Carried & {
  readonly shipperId: string
  readonly consigneeId: string | null
  readonly consignee: string
  readonly driverId: string
  readonly vehicleId: string
  readonly driver: string
  readonly driverNumber: string
  readonly loadNumber: string
  readonly cargoClass: string
  readonly goods: string
  readonly agreement: Agreement
  readonly roadLicence: string
  readonly divisionCode: string | null
  readonly createdAt: EpochMs
  readonly departedAt: EpochMs
  readonly unloadedAt: EpochMs
  readonly auditedAt: EpochMs
  readonly loadNetKg: number
  readonly volumeDm3: number | null
  readonly distanceM: number | null
  readonly toAddress: string
  readonly toDivision: string
}

/** Settled waybills: before that nobody knows what the shipper pays, and a signature may still be taken back. */
export async function waybillsOf(
  tx: Tx,
  zoneId: string,
  regulator: Regulator,
  ids: readonly string[],
  now: EpochMs,
): Promise<readonly Gathered[]> {
  if (ids.length === 0) return []
  const { rows } =
    await sql<WaybillRow>`select ${carried}, w.shipper_id as "shipperId", w.consignee_id as "consigneeId",
      w.agreement -> 'consignee' ->> 'name' as consignee, w.driver_id as "driverId", w.vehicle_id as "vehicleId", d.name as driver,
      d.id_number as "driverNumber", l.number as "loadNumber", l.cargo_class as "cargoClass", w.goods, w.agreement,
      c.road_licence as "roadLicence", c.division_code as "divisionCode", w.created_at as "createdAt",
      coalesce(w.departed_at, w.loaded_at) as "departedAt", w.unloaded_at as "unloadedAt", w.audited_at as "auditedAt",
      w.load_net_kg as "loadNetKg", case w.measure when 'm3' then w.plan end as "volumeDm3", w.distance_m as "distanceM",
      p.address as "toAddress", p.division_code as "toDivision"
    from ${carriedFrom(zoneId)}
    join freight_driver d on d.zone_id = w.zone_id and d.id = w.driver_id
    join freight_load l on l.zone_id = w.zone_id and l.id = w.load_id
    join freight_place p on p.zone_id = w.zone_id and p.id = w.to_id
    where w.id = any(${[...ids]}::uuid[]) and w.state in ('settled', 'paid', 'reported') and w.unloaded_at is not null
      and w.audited_at is not null and w.load_net_kg is not null`.execute(tx)
  const parties = [...new Set(rows.flatMap(({ shipperId, consigneeId }) => [shipperId, consigneeId ?? shipperId]))]
  const firms = await findEnterprises(tx, zoneId, parties)
  const codeOf = (id: string | null) => (id === null ? '' : (firms.get(id)?.facts.uscc ?? ''))
  return rows.map((row) => ({
    subject: { kind: 'waybill', id: row.id },
    title: shownNumber(row),
    waybillId: row.id,
    carrierId: row.carrierId,
    sumFen: row.sheet.totals.billFen,
    needs: [subjectKey({ kind: 'driver', id: row.driverId }), subjectKey({ kind: 'vehicle', id: row.vehicleId })],
    synthetic: row.synthetic,
    aboveFreight: isAboveFreight(row.audit),
    document: waybillOf(row, regulator, { shipper: codeOf(row.shipperId), consignee: codeOf(row.consigneeId) }, now),
  }))
}

function waybillOf(
  row: WaybillRow,
  regulator: Regulator,
  codes: { readonly shipper: string; readonly consignee: string },
  now: EpochMs,
): WaybillDocument {
  const { agreement, sheet } = row
  const times = { despatchedAt: row.departedAt, receivedAt: row.unloadedAt }
  return {
    originalNumber: row.loadNumber,
    number: row.number,
    serial: row.serial,
    vehicleAmount: 1,
    transportOrganisation: defaults.transportOrganisation,
    sentAt: now,
    platform: { name: regulator.carrierName, creditCode: regulator.creditCode, permit: regulator.permitNumber },
    madeAt: row.createdAt,
    businessType: regulator.businessType,
    ...times,
    finishedAt: row.auditedAt,
    freightFen: sheet.totals.billFen,
    transportCostFen: sheet.pays.reduce(
      (sum, { to, amountFen }) => (to === 'fuel_card' || to === 'etc' ? sum + amountFen : sum),
      0,
    ),
    distanceKm: Math.round((row.distanceM ?? 0) / 1_000),
    consignor: {
      name: agreement.shipper.name,
      idNumber: codes.shipper,
      place: agreement.from.address,
      divisionCode: agreement.from.divisionCode,
    },
    consignee: {
      name: row.consignee,
      idNumber: codes.consignee,
      place: row.toAddress,
      divisionCode: row.toDivision,
    },
    vehicle: { plate: row.plate, plateColour: row.plateColour },
    leg: row.serial === '0000' ? null : legOf(row, times),
    drivers: [{ name: row.driver, idNumber: row.driverNumber }],
    goods: [
      {
        name: row.goods,
        cargoClass: row.cargoClass,
        grossKg: row.loadNetKg,
        volumeDm3: row.volumeDm3,
        packages: null,
      },
    ],
    carrier: {
      name: row.carrier,
      roadLicence: row.roadLicence,
      divisionCode: row.divisionCode ?? '',
      idNumber: row.carrierNumber,
    },
    insurance: agreement.insurance
      ? { policy: agreement.insurance.number, insurer: agreement.insurance.insurerCode }
      : null,
    remark: '',
  }
}

const legOf = (
  { agreement: { from }, toAddress, toDivision }: WaybillRow,
  times: Pick<WaybillLeg, 'despatchedAt' | 'receivedAt'>,
): WaybillLeg => ({
  ...times,
  fromPlace: from.address,
  fromDivisionCode: from.divisionCode,
  toPlace: toAddress,
  toDivisionCode: toDivision,
})
