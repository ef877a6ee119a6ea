import { useText } from '@tingzhou/ui'
import type { Words } from '../words.ts'
import { useSay, type AskLine, type PlanView } from './words.ts'

/** What has to be given or mended, one line each, with the material or field that is meant: as the line or the plan names it. */
export function AskList(props: {
  readonly asks: readonly (AskLine & { readonly name?: Words | null })[]
  readonly plan?: PlanView
}) {
  const { asks, plan } = props
  const t = useText('services')
  const say = useSay()
  const names = new Map(
    [...(plan?.materials ?? []), ...(plan?.form.fields ?? [])].map(({ code, name }) => [code, say(name)] as const),
  )
  return (
    <ol className="services-asks">
      {asks.map((ask, index) => {
        const code = ask.material ?? ask.field
        return (
          // A list of words that never changes its order.
          // oxlint-disable-next-line react/no-array-index-key
          <li key={index}>
            {code !== null && <strong>{say(ask.name) || (names.get(code) ?? code)}</strong>}
            {code !== null && t('colon')}
            {ask.words}
          </li>
        )
      })}
    </ol>
  )
}
