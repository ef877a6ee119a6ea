import { useQuery } from '@tanstack/react-query'
import { CaseTrail } from '@tingzhou/ui'
import { api } from '../api.ts'

/** The history of a waybill, the newest on top. */
export function WaybillTrail({ id }: { readonly id: string }) {
  const query = useQuery(api.waybills.history.queryOptions({ input: { id } }))
  return <CaseTrail query={query} module="freight" verbs="waybill_did" states="waybill_state" />
}
