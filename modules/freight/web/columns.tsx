import { useText, type ListColumn, type ListFilter } from '@tingzhou/ui'
import { states, type Stand, type State } from '../words.ts'
import { OpenTag, StandTag } from './tags.tsx'

type Row = { readonly state: State; readonly stand: Stand }

/** What the three lists of the register share: how papers stand, whether a row is in use, and the filter by it. */
export function useSharedColumns() {
  const t = useText('freight')
  const stand: ListColumn<Row> = {
    key: 'stand',
    title: t('paper.title'),
    card: 'decides',
    render: (row) => <StandTag stand={row.stand} />,
  }
  const state: ListColumn<Row> = {
    key: 'state',
    title: t('field.state'),
    render: (row) => <OpenTag state={row.state} />,
  }
  const byState: ListFilter = {
    kind: 'choice',
    key: 'state',
    label: t('field.state'),
    options: states.map((value) => ({ value, label: t(`state.${value}`) })),
  }
  return { stand, state, byState }
}
