import { addDays, localDateOf } from '@tingzhou/calendar'
import { epochMs, type LocalDate } from '@tingzhou/kernel'
import { Refused, type Api } from './api.ts'
import type { Watch, Zone } from './build.ts'
import { commandIdOf } from './command-id.ts'
import data from './data/export.json' with { type: 'json' }

type Crossborder = Api['crossborder']
type Detail = Awaited<ReturnType<Crossborder['shipments']['get']>>
type Move = Parameters<Crossborder['shipments']['move']>[0]['move']
type Without<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never
type Exporting = Pick<Zone, 'options' | 'people' | 'register' | 'firms'>
type Told = Pick<Watch, 'onRefused'>
type Kind = Detail['documents'][number]['kind']

const dayMs = 86_400_000
const checker = 'sim.export'
const keeper = 'sim.keeper'
/** A shipment takes about thirty steps. */
const stepsMax = 60

/** A shipment of the demo, and whether it gets the certificate that lets it cross. */
export type Sent = { readonly id: string; readonly certified: boolean }

/**
 * Enters what is exported: people, a nursery with plots and lots, the contract, the warehouse, and books two shipments. Safe to repeat:
 * every command has a fixed id and content.
 */
export async function openExport(zone: Exporting): Promise<readonly Sent[]> {
  const { options, people, register, firms } = zone
  await makeAccounts(zone)
  const { crossborder, demo } = people.machine.api
  const { began } = await demo.status()
  const today = localDateOf(epochMs(began))
  const exporterId = register.enterpriseId(firms[0]?.plan.uscc ?? '')
  const id = (...words: readonly string[]) => commandIdOf(options.seed, 'export', ...words)
  const lots = await enterLots(crossborder, exporterId, today, id)
  const warehouse = await crossborder.warehouses.create({
    ...data.warehouse,
    commandId: id('warehouse'),
    synthetic: true,
  })
  const contract = await crossborder.sales.create({
    ...data.goods,
    ...data.contract,
    ...fixed,
    commandId: id('contract'),
    exporterId,
    signedOn: addDays(today, -60),
    validTo: addDays(today, 365),
    synthetic: true,
  })
  const sent: Sent[] = []
  // A handful, each once.
  for (const { key, pieces, certified } of data.shipments) {
    const booked = await crossborder.shipments.book({
      commandId: id('shipment', key),
      contractId: contract.id,
      warehouseId: warehouse.id,
      pieces,
      // Far enough that a demo that was built a while ago still books.
      documentsBy: began + 300 * dayMs,
      crossBy: began + 330 * dayMs,
      from: { name: data.nursery.name, position: { lonDeg: 87.22, latDeg: 44.05 } },
      deliverTo: data.contract.buyer,
      synthetic: true,
    })
    await chooseLots(crossborder, booked.id, key, lots, id)
    sent.push({ id: booked.id, certified })
  }
  return sent
}

/** The file is written by hand in these words. */
const fixed = { goodsClass: 'live_plants', currency: 'USD' } as const

async function makeAccounts({ options, people }: Exporting): Promise<void> {
  const { access } = people.machine.api
  const { password } = await access.session.demoAccounts()
  for (const { username, name, role, demo } of data.accounts) {
    if (people.has(username)) continue
    await access.accounts.create({
      commandId: commandIdOf(options.seed, 'account', username),
      username,
      name,
      roles: [{ role: role as 'overseas_keeper' | 'freight_audit', partyId: null }],
      lang: 'zh-CN',
      demo,
      synthetic: true,
      ...(demo ? { password } : {}),
    })
  }
  await people.refresh()
}

type IdOf = (...words: readonly string[]) => string

async function enterLots(crossborder: Crossborder, exporterId: string, today: LocalDate, id: IdOf) {
  const nursery = await crossborder.nurseries.create({
    ...data.nursery,
    commandId: id('nursery'),
    enterpriseId: exporterId,
    validFrom: addDays(today, -365),
    validTo: addDays(today, 3 * 365),
    synthetic: true,
  })
  const plots = new Map<string, string>()
  for (const plot of data.plots) {
    const made = await crossborder.nurseries.addPlot({ ...plot, id: nursery.id, commandId: id('plot', plot.code) })
    plots.set(plot.code, made.id)
  }
  const lots = new Map<string, string>()
  for (const { key, plot, ...lot } of data.lots) {
    const made = await crossborder.lots.create({
      ...data.goods,
      ...lot,
      goodsClass: fixed.goodsClass,
      commandId: id('lot', key),
      exporterId,
      plotId: plots.get(plot) ?? '',
      liftedOn: addDays(today, -20),
      prunedOn: addDays(today, -19),
      disinfectedOn: addDays(today, -18),
      disinfectant: data.disinfectant,
      bundlePieces: 50,
      inspection: 'passed',
      inspectedOn: addDays(today, -15),
      inspector: data.inspector,
      synthetic: true,
    })
    lots.set(key, made.id)
  }
  return lots
}

async function chooseLots(
  crossborder: Crossborder,
  shipmentId: string,
  key: string,
  lots: ReadonlyMap<string, string>,
  id: IdOf,
): Promise<void> {
  const shipment = data.shipments.find((one) => one.key === key)
  const move = {
    commandId: id('lots', key),
    rev: 1,
    move: 'lots' as const,
    lots: (shipment?.lots ?? []).map(({ lot, pieces }) => ({ lotId: lots.get(lot) ?? '', pieces })),
  }
  await crossborder.shipments.move({ id: shipmentId, move })
}

/**
 * Brings a shipment on as far as its people can: the one with a certificate into the stock in Shymkent, the other to the border, where a
 * visitor finds what is missing.
 * @returns steps that were taken
 */
export async function driveShipment(zone: Exporting, { id, certified }: Sent, watch: Told): Promise<number> {
  const { options, people } = zone
  for (let steps = 0; steps < stepsMax; steps++) {
    const detail = await people.machine.api.crossborder.shipments.get({ id })
    const step = nextStep(detail, certified)
    if (!step) return steps
    const [who, move] = step
    const commandId = commandIdOf(options.seed, 'export', id, detail.rev)
    const person = who === null ? people.machine : await people.get(who)
    try {
      // Each is one of the contract's moves, with the id of this attempt.
      await person.api.crossborder.shipments.move({ id, move: { ...move, rev: detail.rev, commandId } as Move })
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      watch.onRefused(`shipment ${detail.number} ${move.move}`, error)
      return steps
    }
  }
  return stepsMax
}

type Step = readonly [who: string | null, move: Without<Move, 'commandId' | 'rev'>]

/** The documents that the demo enters, in their order; those of the crossing last. */
const early: readonly Kind[] = ['sales_contract', 'commercial_invoice', 'packing_list', 'quarantine_registration']
const late: readonly Kind[] = ['customs_declaration', 'cmr', 'phytosanitary_certificate']

/** What happens next to a shipment, or null: it is where the demo leaves it. Pure. */
function nextStep(detail: Detail, certified: boolean): Step | null {
  const seals = [sealOf(detail)]
  switch (detail.state) {
    case 'booked':
      return paperStep(detail, early) ?? loadStep(detail) ?? [null, { move: 'complete' }]
    case 'documents':
      return [null, { move: 'declare', number: `${data.mark}${detail.number}`, issuer: data.issuer }]
    case 'declared':
      return [null, { move: 'inspect', result: 'passed', inspector: data.inspector, place: data.yard }]
    case 'inspected':
      return [null, { move: 'release', reference: `FX-${detail.number}` }]
    case 'released': {
      if (!isHandedOver(detail, 'yard'))
        return [null, { move: 'hand_over', point: 'yard', seals, ...data.crew, place: data.yard }]
      const wanted = certified ? late : late.filter((kind) => kind !== 'phytosanitary_certificate')
      return paperStep(detail, wanted) ?? (certified ? [null, { move: 'cross', seals, place: data.border }] : null)
    }
    case 'crossed':
      return isHandedOver(detail, 'border')
        ? [keeper, { move: 'arrive', seals, place: detail.warehouse.name }]
        : [null, { move: 'hand_over', point: 'border', seals, ...data.foreignCrew, place: data.border }]
    case 'arrived':
      return [keeper, receiptOf(detail)]
    default:
      return null
  }
}

const sealOf = ({ number }: Detail): string => `TZ-${number}`

const isHandedOver = ({ handOvers }: Detail, point: 'yard' | 'border'): boolean =>
  handOvers.some((one) => one.point === point && one.carrier !== '')

const loadStep = (detail: Detail): Step | null =>
  detail.loadedPieces === null
    ? [
        null,
        {
          move: 'load',
          pieces: detail.pieces,
          seals: [sealOf(detail)],
          ...data.crew,
          place: data.nursery.name,
        },
      ]
    : null

/** The next document that is not there, or that waits to be checked by another person. */
function paperStep(detail: Detail, kinds: readonly Kind[]): Step | null {
  const today = localDateOf(epochMs(detail.createdAt))
  for (const kind of kinds) {
    const paper = detail.documents.find((one) => one.kind === kind)
    if (!paper || paper.stand === 'checked') continue
    if (paper.id !== null && paper.stand === 'in_hand')
      return [checker, { move: 'check_document', documentId: paper.id, verdict: 'checked' }]
    return [
      null,
      {
        move: 'document',
        kind,
        number: `${data.mark}${kind.slice(0, 4).toUpperCase()}-${detail.number}`,
        issuer: data.issuer,
        validFrom: paper.dated ? addDays(today, -10) : null,
        validTo: paper.dated ? addDays(today, 365) : null,
        pieces: paper.counted ? detail.pieces : null,
      },
    ]
  }
  return null
}

/** What arrived: all of it but a few that were damaged, of the first lot. */
const receiptOf = (detail: Detail): Step[1] => ({
  move: 'receive',
  area: 'A',
  document: `RK-${detail.number}`,
  currency: detail.currency,
  priceMinor: detail.priceMinor,
  rateMilli: data.rateMilli,
  lots: detail.lots.map(({ id, pieces }, index) => {
    const damaged = index === 0 ? data.damaged : 0
    return { lotId: id, received: pieces - damaged, damaged }
  }),
})
