import { sql } from 'kysely'
import type { Client } from '@tingzhou/server/testing'
import { figure, quantile, type Figure, type Say } from './harness.ts'
import type { FreightZone } from './freight-zone.ts'

const waybills = 2_000_000
const rowsAtOnce = 100_000
const asks = 60

/**
 * Lists and searches among two million waybills over HTTP, by who asks: a dispatcher sees all, a shipper all of its own, which is all
 * too, a carrier a hundredth, a driver one of some thousand.
 */
export async function listFigures(name: string, zone: FreightZone, say: Say): Promise<readonly Figure[]> {
  await fill(zone, say)
  const { server, crews, shipperId } = zone
  const some = crews[0]
  if (!some) throw new Error('there are crews')
  const keyOf = async (accountId: string): Promise<Client> => {
    const made = await server.machine.post('/api/v1/api-keys', {
      commandId: crypto.randomUUID(),
      accountId,
      name: 'bench',
    })
    return server.anyone({ 'x-api-key': String(made.body.key) })
  }
  const clients = {
    dispatcher: await server.actor([{ role: 'freight_dispatcher', partyId: null }]),
    shipper: await server.actor([{ role: 'enterprise', partyId: shipperId }]),
    carrier: await server.actor([{ role: 'carrier', partyId: some.carrierId }]),
    driver: await keyOf(some.driver.accountId),
  }
  const figures: Figure[] = []
  for (const [who, client] of Object.entries(clients))
    for (const [what, pathOf] of Object.entries(questions(zone, who))) {
      const times: number[] = []
      for (let ask = 0; ask < asks; ask++) {
        const start = performance.now()
        const answer = await client.get(`/api/v1/freight-waybills?limit=50&${pathOf(ask)}`)
        times.push(performance.now() - start)
        if (answer.status !== 200) throw new Error(`${who}, ${what}: ${JSON.stringify(answer.body)}`)
      }
      say(`${who}, ${what}: p50 ${quantile(times, 0.5).toFixed(0)} ms, p95 ${quantile(times, 0.95).toFixed(0)} ms`)
      figures.push(figure(`${name}: ${who}, ${what}, p95`, quantile(times, 0.95), 'ms', '<= 300'))
    }
  return figures
}

/** What is asked, each time a little otherwise. */
function questions({ crews }: FreightZone, who: string): Readonly<Record<string, (ask: number) => string>> {
  const crew = (ask: number) => crews[(ask * 7) % crews.length]
  const day = (ask: number) => `2025-${String((ask % 12) + 1).padStart(2, '0')}-15`
  const common = {
    'first page': () => '',
    'in one state': (ask: number) => `state=${ask % 2 === 0 ? 'reported' : 'signed'}`,
    'of one day': (ask: number) => `from=${day(ask)}&to=${day(ask)}`,
    'a number typed to its end': (ask: number) => `q=${number(ask * 31_337)}`,
    'numbers of a year': () => 'q=YD25',
    'numbers of a month': (ask: number) => `q=${number(ask * 31_337).slice(0, 6)}`,
    'numbers of a day': (ask: number) => `q=${number(ask * 31_337).slice(0, 8)}`,
    'nearly a number': (ask: number) => `q=${number(ask * 31_337).slice(0, 13)}`,
    'a plate': (ask: number) => `q=${encodeURIComponent(`新A${String((ask * 7) % crews.length).padStart(5, '0')}`)}`,
    'a driver’s name': (ask: number) => `q=${encodeURIComponent(`driver ${ask % crews.length}`)}`,
    'nothing like it': (ask: number) => `q=YD9912${ask}`,
  }
  if (who !== 'dispatcher') return common
  return {
    ...common,
    'of one driver in a state': (ask: number) => `driverId=${crew(ask)?.driverId}&state=reported`,
    'of one carrier on a day': (ask: number) => `carrierId=${crew(ask)?.carrierId}&from=${day(ask)}&to=${day(ask)}`,
  }
}

const yearMs = 365 * 86_400_000
const firstMs = Date.UTC(2025, 0, 1) - 8 * 3_600_000

/** The number of the nth waybill: the date in Beijing, then a sequence. */
function number(n: number): string {
  const nth = n % waybills
  const day = new Date(firstMs + 8 * 3_600_000 + (nth * yearMs) / waybills)
    .toISOString()
    .slice(2, 10)
    .replaceAll('-', '')
  return `YD${day}${String(nth).padStart(7, '0')}`
}

/** Two million waybills over a year, of every crew in turn; most are reported, each thousandth stands somewhere. */
async function fill(zone: FreightZone, say: Say): Promise<void> {
  const { db, zoneId, crews } = zone
  const loadId = await zone.addLoad(waybills)
  const began = performance.now()
  const names = {
    carriers: crews.map(({ carrierId }) => carrierId),
    drivers: crews.map(({ driverId }) => driverId),
    vehicles: crews.map(({ vehicleId }) => vehicleId),
    accounts: crews.map(({ driver }) => driver.accountId),
  }
  for (let first = 0; first < waybills; first += rowsAtOnce) {
    await sql`
      insert into freight_waybill (zone_id, id, number, serial, load_id, shipper_id, consignee_id, carrier_id, driver_id, vehicle_id,
        driver_account_id, driver_name, plate_key, goods, measure, plan, from_id, to_id, carrier_milli_fen, shipper_milli_fen,
        goods_milli_fen, terms_id, terms_version, distance_m, state, agreement, agreement_sha256, accepted_at, signed_at, closed_at,
        load_net_kg, unload_net_kg, sign_code, due_fen, bill_fen, synthetic, created_at, updated_at, updated_by)
      select l.zone_id, gen_random_uuid(), 'YD' || to_char(t.at at time zone 'Asia/Shanghai', 'YYMMDD') || lpad(n::text, 7, '0'), '0000', l.id, l.shipper_id, l.consignee_id, c.carrier, c.driver,
        c.vehicle, c.account, 'driver ' || (n % ${crews.length}), '新A' || lpad((n % ${crews.length})::text, 5, '0'), l.goods, l.measure,
        32000, l.from_id, l.to_id, l.carrier_milli_fen, l.shipper_milli_fen, l.goods_milli_fen, l.terms_id, l.terms_version, l.distance_m,
        case when n % 1000 < 998 then 'reported' when n % 1000 = 998 then 'signed' else 'cancelled' end,
        jsonb_build_object('shipper', jsonb_build_object('name', 'synthetic shipper'), 'carrier', jsonb_build_object('name', 'synthetic carrier'),
          'vehicle', jsonb_build_object('name', '新A·' || lpad((n % ${crews.length})::text, 5, '0')),
          'from', jsonb_build_object('name', 'synthetic mine')),
        repeat('0', 64), t.at, t.at + interval '5 hours', t.at + interval '3 days', 32000, 31900, '00000000', 250000, 270000, true, t.at, t.at, 'bench'
      from freight_load l, generate_series(${first}::int, ${first + rowsAtOnce - 1}::int) n,
        lateral (select timestamptz '2025-01-01 00:00+08' + n * (interval '365 days' / ${waybills}) as at) t,
        lateral (select (${names.carriers}::text[])[n % ${crews.length} + 1] as carrier, (${names.drivers}::text[])[n % ${crews.length} + 1] as driver,
          (${names.vehicles}::text[])[n % ${crews.length} + 1] as vehicle, (${names.accounts}::text[])[n % ${crews.length} + 1] as account) c
      where l.zone_id = ${zoneId} and l.id = ${loadId}`.execute(db)
  }
  await sql`vacuum analyze freight_waybill`.execute(db)
  say(`${waybills} waybills are there after ${((performance.now() - began) / 1_000).toFixed(0)} s`)
}
