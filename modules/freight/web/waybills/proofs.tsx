import { formatNumber, PlainTable, useText, When } from '@tingzhou/ui'
import type { WaybillDetail } from './api.ts'

const file = (id: string) => `/api/v1/files/${id}`
const sheet = (id: string, name: 'agreement' | 'waybill') => `/api/v1/freight-waybills/${id}/${name}.pdf`

/** What proves the trip: the weighings, and every picture with its hash. */
export function Proofs({ waybill }: { readonly waybill: WaybillDetail }) {
  const t = useText('freight')
  const kg = (value: number) => formatNumber(value)
  return (
    <>
      <PlainTable
        name={t('waybill.slips')}
        empty={t('waybill.no_slip')}
        head={[
          t('waybill.end'),
          t('slip.number'),
          `${t('slip.gross')} (kg)`,
          `${t('slip.tare')} (kg)`,
          `${t('slip.net')} (kg)`,
          t('slip.source'),
          t('slip.at'),
          t('slip.photo'),
        ]}
        rows={waybill.slips.map((slip) => ({
          key: slip.id,
          cells: [
            `${t(`place_end.${slip.end}`)}${slip.voidedAt === null ? '' : ` · ${t('slip.voided', { why: slip.voidWhy ?? '' })}`}`,
            slip.number,
            kg(slip.grossKg),
            kg(slip.tareKg),
            kg(slip.netKg),
            `${t(`slip_source.${slip.source}`)} ${slip.operator}`,
            <When key="at" at={slip.weighedAt} />,
            slip.photoId === null ? (
              '–'
            ) : (
              <a key="photo" href={file(slip.photoId)} target="_blank" rel="noreferrer">
                {t('slip.look')}
              </a>
            ),
          ],
        }))}
      />
      <h3>{t('waybill.files')}</h3>
      <PlainTable
        name={t('waybill.files')}
        empty={t('waybill.no_file')}
        head={[t('waybill.file'), 'SHA-256']}
        rows={waybill.files.map(({ id, name, sha256 }) => ({
          key: id,
          cells: [
            <a key="file" href={file(id)} target="_blank" rel="noreferrer">
              {name}
            </a>,
            <span key="hash" className="tz-mono tz-caption">
              {sha256}
            </span>,
          ],
        }))}
      />
      <p>
        <a href={sheet(waybill.id, 'waybill')} target="_blank" rel="noreferrer">
          {t('waybill.waybill_pdf')}
        </a>
        {waybill.agreement !== null && (
          <>
            {' · '}
            <a href={sheet(waybill.id, 'agreement')} target="_blank" rel="noreferrer">
              {t('waybill.agreement_pdf')}
            </a>
          </>
        )}
      </p>
      <p className="tz-caption">
        {t('waybill.agreement')} <span className="tz-mono">{waybill.agreementSha256}</span>
      </p>
    </>
  )
}
