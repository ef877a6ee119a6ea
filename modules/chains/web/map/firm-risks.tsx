import './map.css'
import { useQuery } from '@tanstack/react-query'
import { ProblemAlert, SkeletonLines, useText } from '@tingzhou/ui'
import { api } from '../api.ts'
import { HiddenTable, RiskTable } from './risks-tab.tsx'

/** What a firm hangs on; its own people see exact numbers. A tab of the firm's page. */
export function FirmRisks({ id }: { readonly id: string }) {
  const t = useText('chains')
  const { data, error, refetch } = useQuery(api.industry.firmRisks.queryOptions({ input: { id } }))
  if (error) return <ProblemAlert problem={error} onRetry={() => void refetch()} />
  if (!data) return <SkeletonLines lines={4} />
  if (!data.run) return <p>{t('chain_run.none')}</p>
  return (
    <>
      {data.critical !== null && <p>{t('risk.critical', { n: data.critical })}</p>}
      <h2 className="chain-heading">{t('risk.hidden_title')}</h2>
      <HiddenTable rows={data.hidden} />
      <h2 className="chain-heading">{t('risk.single_title')}</h2>
      <RiskTable rows={data.risks} />
    </>
  )
}
