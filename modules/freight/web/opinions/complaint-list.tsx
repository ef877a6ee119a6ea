import { inputOf, ListPage, useMe, useText, VerbButton, When } from '@tingzhou/ui'
import { complaintContract } from '../../complaint/complaint-contract.ts'
import { complaintStates } from '../../complaint/words.ts'
import { api } from '../api.ts'
import { SyntheticMark } from '../tags.tsx'
import { useChoices } from './choices.ts'
import { useComplaintPlaces } from './places.ts'
import { mayComplain } from './rights.ts'
import { ComplaintStateTag, OverdueTag } from './tags.tsx'

const schema = inputOf(complaintContract.list)

/** The complaints within reach, the latest first. */
export function ComplaintList() {
  const t = useText('freight')
  const me = useMe()
  const at = useComplaintPlaces()
  const { kind, kindOptions } = useChoices()
  const open = (
    <VerbButton type="primary" href={at.open()} reason={mayComplain(me) ? null : t('complaint.sides_only')}>
      {t('complaint.open')}
    </VerbButton>
  )
  return (
    <ListPage
      name="freight.complaints"
      title={t('complaint.title')}
      schema={schema}
      source={{
        key: api.complaints.list.key(),
        load: (input, signal) => api.complaints.list.call(input, { signal }),
      }}
      rowKey={(row) => row.id}
      rowHref={(row) => at.one(row.id)}
      primary={open}
      searchHint={t('complaint.hint')}
      columns={[
        {
          key: 'number',
          title: t('complaint.number'),
          card: 'title',
          render: (row) => (
            <>
              <span className="tz-mono">{row.number}</span> <SyntheticMark when={row.synthetic} />
            </>
          ),
        },
        { key: 'kind', title: t('complaint.kind'), card: 'decides', render: (row) => kind(row.kind) },
        {
          key: 'state',
          title: t('field.state'),
          card: 'decides',
          render: (row) => (
            <>
              <ComplaintStateTag state={row.state} /> <OverdueTag when={row.overdue} />
            </>
          ),
        },
        {
          key: 'due',
          title: t('complaint.due'),
          card: 'decides',
          render: (row) => (row.dueAt === null ? '–' : <When at={row.dueAt} />),
        },
        { key: 'party', title: t('complaint.by'), render: (row) => row.party.name },
        { key: 'waybill', title: t('complaint.waybill'), render: (row) => row.waybill?.number ?? '–' },
        { key: 'words', title: t('complaint.words'), render: (row) => shortened(row.words) },
        { key: 'opened', title: t('complaint.opened'), render: (row) => <When at={row.createdAt} /> },
      ]}
      filters={[
        {
          kind: 'choice',
          key: 'state',
          label: t('field.state'),
          multiple: true,
          options: complaintStates.map((value) => ({ value, label: t(`complaint_state.${value}`) })),
        },
        { kind: 'choice', key: 'kind', label: t('complaint.kind'), options: kindOptions },
        { kind: 'flag', key: 'overdue', label: t('complaint.overdue') },
      ]}
      views={[
        { key: 'late', label: t('complaint.view_late'), params: { overdue: 'true' } },
        { key: 'opened', label: t('complaint_state.opened'), params: { state: ['opened'] } },
        { key: 'accepted', label: t('complaint_state.accepted'), params: { state: ['accepted'] } },
        { key: 'answered', label: t('complaint_state.answered'), params: { state: ['answered'] } },
        { key: 'reviewing', label: t('complaint_state.reviewing'), params: { state: ['reviewing'] } },
      ]}
      live={['freight_complaint']}
      empty={{ nothing: t('complaint.empty'), verb: open }}
    />
  )
}

const shownMax = 24
const shortened = (text: string): string => (text.length > shownMax ? `${text.slice(0, shownMax)}…` : text)
