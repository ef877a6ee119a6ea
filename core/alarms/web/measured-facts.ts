import type { Fact, useText } from '@tingzhou/ui'

/** What a point measures, wherever its rules are shown. */
export const measuredFacts = (
  point: { readonly unit: string | null; readonly euLow: number | null; readonly euHigh: number | null },
  t: ReturnType<typeof useText>,
): readonly Fact[] => [
  { label: t('field.unit'), value: point.unit ?? '–' },
  {
    label: t('field.span'),
    value: point.euLow === null || point.euHigh === null ? '–' : `${point.euLow} – ${point.euHigh}`,
  },
]
