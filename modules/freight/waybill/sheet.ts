import { localDateOf } from '@tingzhou/calendar'
import { fill } from '@tingzhou/http'
import { epochMs } from '@tingzhou/kernel'
import type { Lang } from '@tingzhou/parties'
import { printPdf, type PrintedDocument, type PrintedField } from '@tingzhou/print'
import type * as z from 'zod'
import { findCode } from '../codes.ts'
import { findRegulator } from '../upload/regulator.ts'
import type { Agreement } from './agreement.ts'
import { findWaybill } from './detail.ts'
import { shownNumber } from './shown-number.ts'
import type { Reader } from './view.ts'
import en from './locales/sheet.en.json' with { type: 'json' }
import zhCN from './locales/sheet.zh-CN.json' with { type: 'json' }
import statesEn from './locales/words.en.json' with { type: 'json' }
import statesZh from './locales/words.zh-CN.json' with { type: 'json' }
import type { WaybillDetail } from './waybill-contract.ts'

type Waybill = z.infer<typeof WaybillDetail>
/** What may be printed of a waybill: what the driver agreed to, or what was done, without prices. */
export type SheetKind = 'agreement' | 'waybill'

/** What stands on it beside the waybill. */
export type SheetSetting = {
  readonly lang: Lang
  /** Where the zone answers, without a slash at the end. */
  readonly publicUrl: string
  /** The carrier in law. */
  readonly platform: string
  /** Of the rules of settlement. */
  readonly termsName: string
}

/**
 * A waybill's document as a file; the same waybill gives the same bytes.
 * @returns null when the waybill is out of reach, or its agreement is none of the reader's business
 */
export async function printSheet(
  reader: Reader,
  id: string,
  kind: SheetKind,
  { lang, publicUrl }: Pick<SheetSetting, 'lang' | 'publicUrl'>,
): Promise<File | null> {
  const waybill = await findWaybill(reader, lang, id)
  if (!waybill) return null
  // Whoever reads what the carrier gets reads the agreement as it was accepted.
  const agreement = waybill.agreement as Agreement | null
  if (kind === 'agreement' && agreement === null) return null
  const text = textsOf(lang)
  const platform = (await findRegulator(reader.deps.db, reader.deps.zoneId))?.carrierName ?? text.platform
  const termsName = agreement === null ? '' : await nameOfTerms(reader, agreement.terms)
  const setting = { lang, publicUrl, platform, termsName }
  const bytes = await printPdf(
    kind === 'agreement' && agreement !== null
      ? agreementDocument(waybill, agreement, setting)
      : waybillDocument(waybill, setting),
  )
  const name = `${shownNumber(waybill)}-${text[kind]}.pdf`
  return new File([new Uint8Array(bytes)], name, { type: 'application/pdf' })
}

type Texts = typeof en
type Label = { [K in keyof Texts]: Texts[K] extends string ? K : never }[keyof Texts]

const textsOf = (lang: Lang) => (lang === 'en' ? en : zhCN)

async function nameOfTerms({ deps: { db, zoneId } }: Reader, { id, version }: Agreement['terms']): Promise<string> {
  const row = await db
    .selectFrom('freight_terms')
    .select('name')
    .where('zone_id', '=', zoneId)
    .where('id', '=', id)
    .where('version', '=', version)
    .executeTakeFirst()
  return row?.name ?? ''
}

/** The carriage agreement as the driver accepts it. Pure. O(1). */
export function agreementDocument(waybill: Waybill, agreement: Agreement, setting: SheetSetting): PrintedDocument {
  const { lang, platform, termsName } = setting
  const text = textsOf(lang)
  const time = timesIn(lang)
  // Who was only asked has agreed to nothing.
  const acceptedAt = waybill.times.find(({ step }) => step === 'accepted')?.at
  const row = (label: Label, value: string): PrintedField => ({
    label: text[label],
    value,
  })
  const per = (milliFen: number) => fill(text.per[agreement.measure], { price: decimals(milliFen, 5, 2) })
  return {
    ...common(waybill, setting, 'agreement'),
    fields: [
      row('platform', platform),
      row('carrier', agreement.carrier.name),
      row('driver', agreement.driver.name),
      row('vehicle', agreement.vehicle.name),
      row('shipper', agreement.shipper.name),
      row('consignee', agreement.consignee.name),
      row('load', agreement.loadNumber),
      row('goods', agreement.goods),
      row('plan', quantity(agreement.plan, agreement.measure)),
      row('from', `${agreement.from.name} · ${agreement.from.address}`),
      row('to', `${agreement.to.name} · ${agreement.to.address}`),
      row('loading', `${time(agreement.loadFrom)} – ${time(agreement.loadUntil)}`),
      row('price', per(agreement.carrierMilliFen)),
      row('goods_value', per(agreement.goodsMilliFen)),
      row('terms', fill(text.version, { name: termsName, version: String(agreement.terms.version) })),
      row('insurance', insuranceText(agreement, lang)),
      row('hash', waybill.agreementSha256),
      ...(acceptedAt === undefined ? [] : [row('accepted', time(acceptedAt))]),
    ],
    paragraphs: acceptedAt === undefined ? text.clauses : [...text.clauses, text.agreed],
  }
}

/** The electronic waybill: who carries what with which truck, what was weighed and signed. No prices. Pure. O(slips). */
export function waybillDocument(waybill: Waybill, setting: SheetSetting): PrintedDocument {
  const { lang, platform } = setting
  const text = textsOf(lang)
  const time = timesIn(lang)
  const states: Readonly<Record<string, string>> = lang === 'en' ? statesEn : statesZh
  const row = (label: string, value: string): PrintedField => ({ label, value })
  const times = new Map(waybill.times.map(({ step, at }) => [step, at]))
  const step = (name: keyof typeof text.steps): readonly PrintedField[] => {
    const at = times.get(name)
    return at === undefined ? [] : [row(text.steps[name], time(at))]
  }
  const signedAt = times.get('signed')
  const weighed = (end: 'load' | 'unload'): readonly PrintedField[] =>
    waybill.slips
      .filter((slip) => slip.end === end && slip.voidedAt === null)
      .map(({ grossKg, tareKg, netKg, number, weighedAt }) =>
        row(
          text.weighed[end],
          fill(text.weights, {
            gross: decimals(grossKg, 3, 3),
            tare: decimals(tareKg, 3, 3),
            net: decimals(netKg, 3, 3),
            number,
            at: time(weighedAt),
          }),
        ),
      )
  return {
    ...common(waybill, setting, 'waybill'),
    fields: [
      row(text.state, states[`waybillState.${waybill.state}`] ?? waybill.state),
      row(text.platform, platform),
      row(text.shipper, waybill.shipper.name),
      row(text.consignee, waybill.consignee.name),
      row(text.carrier, waybill.carrier.name),
      row(text.driver, waybill.driver.name),
      row(text.vehicle, waybill.plate),
      row(text.goods, waybill.goods),
      row(text.plan, quantity(waybill.plan, waybill.measure)),
      row(text.insurance, insuranceText(waybill, lang)),
      row(text.from, `${waybill.fromPlace.name} · ${waybill.fromPlace.address}`),
      row(text.to, `${waybill.toPlace.name} · ${waybill.toPlace.address}`),
      row(text.made, time(waybill.createdAt)),
      ...step('arrived_load'),
      ...weighed('load'),
      ...step('departed'),
      ...step('arrived_unload'),
      ...weighed('unload'),
      ...(signedAt === undefined
        ? []
        : [row(text.steps.signed, fill(text.signer, { name: waybill.signer, at: time(signedAt) }))]),
    ],
    paragraphs: [],
  }
}

const common = (
  waybill: Waybill,
  { lang, publicUrl, platform }: SheetSetting,
  kind: SheetKind,
): Omit<PrintedDocument, 'fields' | 'paragraphs'> => {
  const text = textsOf(lang)
  return {
    title: text[kind],
    number: shownNumber(waybill),
    issuer: platform,
    issuedOn: localDateOf(epochMs(waybill.createdAt)),
    verify: { url: `${publicUrl}/freight-waybills/${waybill.id}`, hint: text.verify },
    foot: text.foot,
    watermark: waybill.state === 'cancelled' ? text.cancelled : waybill.synthetic ? text.demo : null,
    lang,
    madeAt: waybill.updatedAt,
  }
}

function insuranceText({ insurance }: Pick<Agreement, 'insurance'>, lang: Lang): string {
  const text = textsOf(lang)
  if (!insurance) return text.uninsured
  const { insurerCode, number, sumFen } = insurance
  const insurer = findCode('insurer', insurerCode)
  const name = (lang === 'en' ? insurer?.en : null) ?? insurer?.zh ?? insurerCode
  return fill(text.policy, { insurer: name, number, sum: moneyText(sumFen, lang) })
}

const moneyText = (fen: number, lang: Lang): string => fill(textsOf(lang).money, { sum: decimals(fen, 2, 2) })

const units = { ton: ['t', 3], m3: ['m³', 3], truck: ['×', 0] } as const

const quantity = (plan: number, measure: Waybill['measure']): string => {
  const [unit, scale] = units[measure]
  return `${decimals(plan, scale, scale)} ${unit}`
}

/** A whole number of 10^-scale with at least so many decimals; digit by digit, no float. O(digits). */
function decimals(whole: number, scale: number, least: number): string {
  const digits = String(whole).padStart(scale + 1, '0')
  const part = digits
    .slice(digits.length - scale)
    .replace(/0+$/, '')
    .padEnd(least, '0')
  const front = digits.slice(0, digits.length - scale)
  return scale === 0 || part === '' ? front : `${front}.${part}`
}

/** Instants as people of the zone read them. */
function timesIn(lang: Lang): (at: number) => string {
  const format = new Intl.DateTimeFormat(lang, { dateStyle: 'medium', timeStyle: 'short', timeZone: 'Asia/Shanghai' })
  return (at) => format.format(at)
}
