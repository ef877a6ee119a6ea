import { useQuery } from '@tanstack/react-query'
import { PlainTable, ProblemAlert, useLive, useMe, useText, VerbButton, When } from '@tingzhou/ui'
import { Link } from 'react-router'
import { api } from '../api.ts'
import { isPlatform } from '../carriage/rights.ts'
import type { WaybillDetail } from '../waybills/api.ts'
import { useChoices } from './choices.ts'
import { useComplaintPlaces } from './places.ts'
import { Ratings } from './ratings.tsx'
import { readsComplaints } from './rights.ts'
import { ComplaintStateTag, OverdueTag } from './tags.tsx'

/** What the sides of a waybill think of it: ratings 评价, and complaints 投诉 to the platform. */
export function WaybillOpinions({ waybill }: { readonly waybill: WaybillDetail }) {
  return (
    <div className="freight-opinions">
      <Ratings waybill={waybill} />
      <Complaints waybill={waybill} />
    </div>
  )
}

function Complaints({ waybill }: { readonly waybill: WaybillDetail }) {
  const t = useText('freight')
  const me = useMe()
  const at = useComplaintPlaces()
  const { kind } = useChoices()
  const query = useQuery({
    ...api.complaints.list.queryOptions({ input: { waybillId: waybill.id, limit: 50 } }),
    enabled: readsComplaints(me),
  })
  useLive({ kinds: ['freight_complaint'], keys: [api.complaints.key()] })
  if (!readsComplaints(me)) return null
  if (query.error) return <ProblemAlert problem={query.error} onRetry={() => void query.refetch()} />
  if (!query.data) return null
  const { rows } = query.data
  return (
    <section>
      <h3>{t('complaint.title')}</h3>
      {rows.length === 0 ? (
        <p className="tz-second">{t('complaint.none_of_waybill')}</p>
      ) : (
        <PlainTable
          name={t('complaint.title')}
          empty=""
          head={[t('complaint.number'), t('complaint.kind'), t('field.state'), t('complaint.opened')]}
          rows={rows.map((row) => ({
            key: row.id,
            cells: [
              <Link key="number" to={at.one(row.id)} className="tz-mono">
                {row.number}
              </Link>,
              kind(row.kind),
              <span key="state">
                <ComplaintStateTag state={row.state} /> <OverdueTag when={row.overdue} />
              </span>,
              <When key="at" at={row.createdAt} />,
            ],
          }))}
        />
      )}
      {!isPlatform(me) && <VerbButton href={at.open(waybill.id)}>{t('complaint.open')}</VerbButton>}
    </section>
  )
}
