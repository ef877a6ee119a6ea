import { useQuery } from '@tanstack/react-query'
import { formatMoney, i18n, PlainTable, ProblemAlert, useText } from '@tingzhou/ui'
import { api } from '../api.ts'
import { WaybillMoney } from '../money/of-waybill.tsx'
import type { WaybillDetail } from './api.ts'

type Line = { readonly key: string; readonly ref: string | null; readonly amountFen: number }

/** The settlement that counts, line by line, of the side or sides that the reader may see, and its payments. */
export function Money({ waybill }: { readonly waybill: WaybillDetail }) {
  const t = useText('freight')
  const settled = waybill.settlementVersion > 0
  const settlements = useQuery({ ...api.settlements.get.queryOptions({ input: { id: waybill.id } }), enabled: settled })
  const [sheet] = settlements.data?.rows ?? []
  if (settlements.error) return <ProblemAlert problem={settlements.error} onRetry={() => void settlements.refetch()} />
  if (!sheet) return <p className="tz-second">{t('waybill.no_settlement')}</p>
  const name = ({ key, ref }: Pick<Line, 'key' | 'ref'>) => {
    const text = i18n.exists(`freight:sheet_line.${key}`) ? t(`sheet_line.${key}`) : key
    return ref === null ? text : `${text} · ${ref}`
  }
  const rows = (lines: readonly Line[], total: string, fen: number) => [
    ...lines.map((line) => ({
      key: `${line.key} ${line.ref ?? ''}`,
      cells: [name(line), formatMoney(line.amountFen)],
    })),
    { key: 'total', cells: [<b key="b">{total}</b>, <b key="f">{formatMoney(fen)}</b>] },
  ]
  return (
    <>
      {sheet.carrier && (
        <>
          <h3>{t('waybill.carrier_side')}</h3>
          <PlainTable
            name={t('waybill.carrier_side')}
            empty=""
            head={[t('sheet.line'), t('sheet.amount')]}
            rows={rows(sheet.carrier.lines, t('sheet.paid'), sheet.carrier.paidFen)}
          />
          <PlainTable
            name={t('sheet.pays')}
            empty=""
            head={[t('sheet.part'), t('sheet.amount')]}
            rows={sheet.carrier.pays.map(({ to, ref, amountFen }) => ({
              key: `${to} ${ref ?? ''}`,
              cells: [`${t(`pay.${to}`)}${ref === null ? '' : ` · ${ref}`}`, formatMoney(amountFen)],
            }))}
          />
        </>
      )}
      {sheet.shipper && (
        <>
          <h3>{t('waybill.shipper_side')}</h3>
          <PlainTable
            name={t('waybill.shipper_side')}
            empty=""
            head={[t('sheet.line'), t('sheet.amount')]}
            rows={rows(sheet.shipper.lines, t('waybill.bill'), sheet.shipper.billFen)}
          />
          <p className="tz-second">
            {t('sheet.tax', {
              net: formatMoney(sheet.shipper.netFen),
              tax: formatMoney(sheet.shipper.taxFen),
              rate: sheet.shipper.vatBp / 100,
            })}
          </p>
        </>
      )}
      <p className="tz-caption">
        {t('sheet.version', { n: sheet.version })} <span className="tz-mono">{sheet.sha256}</span>
      </p>
      <WaybillMoney id={waybill.id} settlements={settlements.data?.rows ?? []} />
    </>
  )
}
