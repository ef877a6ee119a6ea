import { useQuery } from '@tanstack/react-query'
import {
  ChoiceItem,
  FactList,
  FormBox,
  formatNumber,
  ProblemAlert,
  SkeletonLines,
  TextItem,
  useCommand,
  useText,
  When,
  unitWord,
} from '@tingzhou/ui'
import { api } from '../api.ts'
import { useWords } from '../posting/words.tsx'
import type { Carried } from './surface.ts'

type Values = { readonly termsId?: string; readonly cargoClass?: string; readonly divisionCode?: string }

/** The load that a deal becomes, before it is drafted. */
export function CarryForm({ id, done }: { readonly id: string; readonly done: (loadId: string) => void }) {
  const t = useText('market')
  const say = useWords()
  const query = useQuery(api.deals.draft.queryOptions({ input: { id } }))
  const command = useCommand({ run: api.deals.carry.call, invalidate: [api.deals.key()], success: t('deal.carried') })
  if (query.error) return <ProblemAlert problem={query.error} onRetry={() => void query.refetch()} />
  const draft = query.data
  if (!draft) return <SkeletonLines lines={6} />
  const [first] = draft.terms
  return (
    <FormBox<Values, Parameters<typeof api.deals.carry.call>[0], Carried>
      initial={{ cargoClass: '1700', ...(first ? { termsId: first.id } : {}) }}
      command={command}
      toInput={({ termsId, cargoClass, divisionCode }) => ({
        id,
        termsId: termsId ?? null,
        ...(cargoClass ? { cargoClass } : {}),
        divisionCode: divisionCode || null,
      })}
      submit={t('deal.carry')}
      done={(load) => done(load.id)}
    >
      <FactList
        facts={[
          { label: t('deal.shipper'), value: t(`deal.side.${draft.shipper}`) },
          { label: t('deal.goods'), value: draft.goods },
          { label: t('deal.mass'), value: `${formatNumber(draft.quantity)} ${unitWord('kg')}` },
          { label: t('deal.from'), value: `${draft.from.name}${draft.from.id === null ? t('deal.new_place') : ''}` },
          { label: t('deal.to'), value: `${draft.to.name}${draft.to.id === null ? t('deal.new_place') : ''}` },
          {
            label: t('deal.way'),
            value: `${formatNumber(draft.km, 1)} ${unitWord('km')} · ${say.money(draft.shipperMilliFen, 't')}`,
          },
          {
            label: t('deal.window'),
            value: (
              <>
                <When at={draft.loadFrom} /> – <When at={draft.loadUntil} />
              </>
            ),
          },
        ]}
      />
      <ChoiceItem
        name="termsId"
        label={t('deal.terms')}
        options={draft.terms.map(({ id: value, name }) => ({ value, label: name }))}
      />
      <TextItem name="cargoClass" label={t('deal.cargo_class')} max={4} extra={t('deal.cargo_hint')} />
      <TextItem name="divisionCode" label={t('deal.division')} max={12} extra={t('deal.division_hint')} />
    </FormBox>
  )
}
