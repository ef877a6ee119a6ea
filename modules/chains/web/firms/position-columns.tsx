import type { ListColumn } from '@tingzhou/ui'
import type { Position } from './api.ts'
import { FirmLink, SyntheticMark, utilisationText, volumeText } from './parts.tsx'

/**
 * What a list tells of a position.
 * @param product  how its product is called; null: all are of one, and there is room for what they rest on
 */
export const positionColumns = (
  t: (key: string) => string,
  product: ((row: Position) => string) | null,
): readonly ListColumn<Position>[] => [
  {
    key: 'firm',
    title: t('firms.firm'),
    card: 'title',
    render: (row) => (
      <>
        <FirmLink firm={row.firm} year={row.year} /> <SyntheticMark when={row.synthetic} />
      </>
    ),
  },
  ...(product === null
    ? []
    : [{ key: 'product', title: t('firms.product'), card: 'decides', render: product } as const]),
  { key: 'role', title: t('firms.role'), card: 'decides', render: (row) => t(`firms.roles.${row.role}`) },
  { key: 'year', title: t('firms.year'), render: (row) => row.year },
  {
    key: 'capacity',
    title: t('firms.capacity'),
    align: 'right',
    render: (row) => volumeText(row.capacity, row.product.unit),
  },
  {
    key: 'output',
    title: t('firms.output'),
    align: 'right',
    card: 'decides',
    render: (row) => volumeText(row.output, row.product.unit),
  },
  { key: 'utilisation', title: t('firms.utilisation'), align: 'right', render: (row) => utilisationText(row) },
  { key: 'asOf', title: t('firms.as_of'), render: (row) => row.asOf },
  { key: 'evidence', title: t('firms.evidence'), hidden: product !== null, render: (row) => row.evidence || '–' },
]
