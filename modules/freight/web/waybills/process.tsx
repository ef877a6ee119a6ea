import { useQuery, type UseQueryResult } from '@tanstack/react-query'
import { CaseDrawing, useText } from '@tingzhou/ui'
import { api } from '../api.ts'

/** The drawing of the waybill's process with its tokens and the path that was gone. */
export function WaybillProcess({ id }: { readonly id: string }) {
  return <Drawing query={useQuery(api.waybills.process.queryOptions({ input: { id } }))} nodes="waybill_node" />
}

type Drawn = Awaited<ReturnType<typeof api.waybills.process.call>>

/** A drawing with its tokens, its nodes called as the texts under `nodes` call them. */
export function Drawing({ query, nodes }: { readonly query: UseQueryResult<Drawn>; readonly nodes: string }) {
  const t = useText('freight')
  const { data } = query
  return (
    <>
      {data && <p className="tz-caption">{t('waybill.process_version', { key: data.key, version: data.version })}</p>}
      <CaseDrawing query={query} module="freight" nodes={nodes} />
    </>
  )
}
