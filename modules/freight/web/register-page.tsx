import {
  FormDrawer,
  ObjectPage,
  OpenFormButton,
  useMe,
  useText,
  When,
  type Fact,
  type ObjectTab,
  HistoryTrail,
  type HistoryRow,
} from '@tingzhou/ui'
import type { ReactNode } from 'react'
import type { CarrierKind, Subject } from '../words.ts'
import type { CarrierDetail, DriverDetail, VehicleDetail } from './api.ts'
import { Drivings } from './drivings.tsx'
import { AddPaperDrawer, Papers } from './papers.tsx'
import { mayKeep } from './roles.ts'
import { OpenTag, StandTag, SyntheticMark } from './tags.tsx'

type Detail = CarrierDetail | DriverDetail | VehicleDetail

/** What a page of the register shows of its object. */
type Shown = {
  readonly title: string
  readonly carrierKind?: CarrierKind
  /** Beside the verbs that every object has. */
  readonly verbs?: ReactNode
  readonly facts: readonly Fact[]
  /** Behind papers and relations. */
  readonly tabs?: readonly ObjectTab[]
  readonly edit: ReactNode
  readonly drawers?: ReactNode
}

/** One carrier, driver or vehicle: facts, papers, who drives for whom, what happened. */
export function RegisterPage<D extends Detail>(props: {
  readonly subject: Subject
  readonly query: {
    readonly data: D | undefined
    readonly isPending: boolean
    readonly error: unknown
    readonly refetch: () => unknown
  }
  readonly history: { readonly data: { readonly rows: readonly HistoryRow[] } | undefined }
  readonly show: (detail: D) => Shown
}) {
  const t = useText('freight')
  const me = useMe()
  const { subject, query, history } = props
  const detail = query.data
  if (!detail)
    return (
      <ObjectPage
        title={t(`${subject}.one`)}
        loading={query.isPending}
        problem={query.error}
        onRetry={() => void query.refetch()}
      />
    )
  const refused = mayKeep(me) ? null : t('reason.keep')
  const shown = props.show(detail)
  return (
    <>
      <ObjectPage
        title={shown.title}
        state={
          <>
            <OpenTag state={detail.state} /> <StandTag stand={detail.stand} /> <SyntheticMark when={detail.synthetic} />
          </>
        }
        primary={
          <OpenFormButton name="paper" primary reason={refused}>
            {t('paper.add')}
          </OpenFormButton>
        }
        verbs={
          <>
            <OpenFormButton name="edit" reason={refused}>
              {t('verb.change')}
            </OpenFormButton>
            {shown.verbs}
          </>
        }
        facts={[...shown.facts, { label: t('updated'), value: <When at={detail.updatedAt} /> }]}
        tabs={[
          {
            key: 'papers',
            label: t('paper.title'),
            children: <Papers papers={detail.papers} missing={detail.missing} />,
          },
          { key: 'drivings', label: t('driving.title'), children: <Drivings rows={detail.drivings} /> },
          ...(shown.tabs ?? []),
        ]}
        trail={<HistoryTrail did="freight:did" rows={history.data?.rows} />}
        problem={query.error}
      />
      <AddPaperDrawer subject={subject} id={detail.id} carrierKind={shown.carrierKind ?? null} />
      <FormDrawer name="edit" title={t('verb.change')}>
        {shown.edit}
      </FormDrawer>
      {shown.drawers}
    </>
  )
}
