import { formatMoney, formatNumber, scaledText } from '@tingzhou/ui'
import type { Basis, Counting, LossRule, PayPart, SettlementRules, Terms } from '@tingzhou/settlement'
import { shipperWayOf } from './terms-values.ts'
import { percentScale, permilleScale } from './scaled.ts'

type Texts = (key: string, values?: Readonly<Record<string, string>>) => string
type Said = { readonly label: string; readonly value: string }

const wholeBp = 10_000
const percent = (bp: number): string => `${scaledText(bp, percentScale)} %`
const permille = (bp: number): string => `${scaledText(bp, permilleScale)} ‰`

/** Rules of settlement in the reader's words, one line for each that says something. O(parts). */
export function sayRules(t: Texts, rules: SettlementRules, vatBp: number): readonly Said[] {
  const { carrier, shipper, split } = rules
  return [
    ...sayTerms(t, carrier),
    {
      label: t('terms.shipper'),
      value:
        shipper.by === 'service_rate'
          ? t('terms.by_service', { rate: percent(shipper.rateBp) })
          : shipperWayOf(rules) === 'same'
            ? t('shipper_way.same')
            : sayTerms(t, shipper)
                .map(({ label, value }) => t('terms.said', { label, value }))
                .join(t('terms.semicolon')),
    },
    ...(rules.loadBp === wholeBp && rules.unloadBp === wholeBp
      ? []
      : [
          {
            label: t('terms.counted'),
            value: t('terms.counted_of', { load: percent(rules.loadBp), unload: percent(rules.unloadBp) }),
          },
        ]),
    { label: t('terms.paid_rounding'), value: t(`rounding.${rules.paidRounding}`) },
    { label: t('terms.when_negative'), value: t(`when_negative.${rules.whenNegative}`) },
    {
      label: t('terms.split'),
      value: [
        ...split.parts.map((part) => sayPart(t, part)),
        split.parts.length === 0 ? t('terms.balance_all') : t('terms.balance_rest'),
      ].join(t('terms.semicolon')),
    },
    { label: t('terms.vat'), value: percent(vatBp) },
  ]
}

function sayTerms(t: Texts, { basis, loss, surplus, minimumFen, maximumFen, rounding }: Terms): readonly Said[] {
  const limits = [
    ...(minimumFen === null ? [] : [t('terms.at_least', { money: formatMoney(minimumFen) })]),
    ...(maximumFen === null ? [] : [t('terms.at_most', { money: formatMoney(maximumFen) })]),
  ]
  return [
    { label: t('terms.basis'), value: sayBasis(t, basis) },
    { label: t('terms.loss'), value: sayLoss(t, loss) },
    ...(surplus.mode === 'none' ? [] : [{ label: t('terms.surplus'), value: sayCounting(t, surplus) }]),
    ...(limits.length === 0 ? [] : [{ label: t('terms.limits'), value: limits.join(t('terms.semicolon')) }]),
    ...(rounding === 'none' ? [] : [{ label: t('terms.rounding'), value: t(`rounding.${rounding}`) }]),
  ]
}

const sayBasis = (t: Texts, basis: Basis): string =>
  'weight' in basis
    ? t('terms.basis_of', { unit: t(`basis.${basis.unit}`), weight: t(`weight.${basis.weight}`) })
    : t(`basis.${basis.unit}`)

const sayLoss = (t: Texts, loss: LossRule): string =>
  loss.mode === 'none'
    ? t('loss_mode.none')
    : t('terms.loss_of', { counting: sayCounting(t, loss), as: t(`loss_as.${loss.as}`) })

function sayCounting(t: Texts, counting: Counting | LossRule): string {
  if (!('tolerance' in counting)) return t(`loss_mode.${counting.mode}`)
  const { tolerance } = counting
  const said =
    tolerance.by === 'fixed'
      ? t('terms.fixed', { kg: formatNumber(tolerance.kg) })
      : t('terms.rate', { rate: permille(tolerance.bp) })
  return t('terms.over', { mode: t(`loss_mode.${counting.mode}`), tolerance: said })
}

const sayPart = (t: Texts, { to, ref, amount }: PayPart): string =>
  t('terms.part', {
    to: ref === null ? t(`pay.${to}`) : `${t(`pay.${to}`)} ${ref}`,
    amount: amount.by === 'sum' ? formatMoney(amount.fen) : percent(amount.bp),
  })
