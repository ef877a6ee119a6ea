import { useQuery } from '@tanstack/react-query'
import { CaseDrawing, useText } from '@tingzhou/ui'
import { api } from './api.ts'
import type { Detail } from './words.ts'

/** The drawing of the process with the live tokens and the path that was walked. */
export function AppealProcess({ appeal }: { readonly appeal: Detail }) {
  const t = useText('needs')
  const query = useQuery(api.appeals.process.queryOptions({ input: { id: appeal.id } }))
  const { data } = query
  return (
    <>
      {data && <p className="tz-caption">{t('process.version', { key: data.key, version: data.version })}</p>}
      <CaseDrawing query={query} module="needs" />
    </>
  )
}
