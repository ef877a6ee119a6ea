import { StateTag, useText, type Shape, type Tone } from '@tingzhou/ui'
import type * as z from 'zod'
import type { InstanceRow } from '../contract.ts'

export type Row = z.output<typeof InstanceRow>

const looks: Readonly<Record<Row['status'], readonly [Tone, Shape]>> = {
  active: ['busy', 'dot'],
  suspended: ['attention', 'pause'],
  failed: ['bad', 'diamond'],
  completed: ['good', 'check'],
  terminated: ['plain', 'cross'],
}

/** How a case stands, in a word and a shape. */
export function InstanceState({ status }: { readonly status: Row['status'] }) {
  const t = useText('process')
  const [tone, shape] = looks[status]
  return (
    <StateTag tone={tone} shape={shape}>
      {t(`status.${status}`)}
    </StateTag>
  )
}

/** Why a case stands still: where, what was said, and when it is tried again. */
export function useTrouble(): (row: Pick<Row, 'trouble'>) => string {
  const t = useText('process')
  return ({ trouble }) => {
    if (!trouble) return '–'
    const said = trouble.message || trouble.code
    return trouble.attempts === null ? said : t('trouble.timer', { said, attempts: trouble.attempts })
  }
}
