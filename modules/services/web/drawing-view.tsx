import type { Drawing } from '@tingzhou/casework/contract'
import { CaseDrawing, useText } from '@tingzhou/ui'
import type * as z from 'zod'

type Loaded = {
  readonly data: z.infer<typeof Drawing> | undefined
  readonly isPending: boolean
  readonly error: unknown
  readonly refetch: () => unknown
}

/** The drawing that a case runs on, with its live tokens and the path that was walked. */
export function DrawingView({ query }: { readonly query: Loaded }) {
  const t = useText('services')
  const { data } = query
  // A drawing of its own, such as `onething.tea_house`, keeps the names that it was drawn with.
  return (
    <>
      {data && <p className="tz-caption">{t('drawing.version', { key: data.key, version: data.version })}</p>}
      <CaseDrawing query={query} module="services" nodes={`node.${data?.key ?? ''}`} />
    </>
  )
}
