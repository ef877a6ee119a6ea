import './uploads.css'
import { useQuery } from '@tanstack/react-query'
import {
  CopyId,
  formatMoney,
  FormBox,
  FormDrawer,
  ObjectPage,
  OpenFormButton,
  Panel,
  PlainTable,
  useCommand,
  useLive,
  useMe,
  useOpenRow,
  useText,
  rowItem,
  When,
  type Fact,
  TextItem,
  HistoryTrail,
} from '@tingzhou/ui'
import { Link, useNavigate, useParams } from 'react-router'
import { api } from '../api.ts'
import { SyntheticMark } from '../tags.tsx'
import type { Stepped, UploadDetail } from './api.ts'
import type { SourceKind } from '../../upload/words.ts'
import { mayUpload } from './rights.ts'
import { UploadStateTag } from './tags.tsx'
import { Why } from './why.tsx'

/** One document: what it says, what was refused, what was answered, and who sets it right. */
export function UploadPage() {
  const t = useText('freight')
  const { id = '' } = useParams()
  const query = useQuery(api.uploads.get.queryOptions({ input: { id } }))
  const history = useQuery(api.uploads.history.queryOptions({ input: { id } }))
  useLive({ kinds: ['freight_upload'], objectId: id, keys: [api.uploads.key()] })
  const upload = query.data
  const facts = useFacts(upload)
  if (!upload)
    return (
      <ObjectPage
        title={t('upload.one')}
        loading={query.isPending}
        problem={query.error}
        onRetry={() => void query.refetch()}
      />
    )
  return (
    <>
      <ObjectPage
        title={`${t(`upload_kind.${upload.kind}`)} ${upload.title}`}
        state={
          <>
            <UploadStateTag state={upload.state} /> <SyntheticMark when={upload.synthetic} />
          </>
        }
        primary={<Verbs upload={upload} />}
        facts={facts}
        tabs={[
          { key: 'record', label: t('upload.record'), children: <Record upload={upload} /> },
          { key: 'tries', label: t('upload.tries'), children: <Tries upload={upload} /> },
        ]}
        strip={upload.faults.length > 0 ? <Faults upload={upload} /> : undefined}
        // A document that only machines have touched has no history: its attempts are its trail.
        trail={
          history.data && history.data.rows.length > 0 ? (
            <HistoryTrail did="freight:did" rows={history.data.rows} />
          ) : undefined
        }
        problem={query.error}
        onRetry={() => void query.refetch()}
      />
      <FormDrawer name="resend" title={t('upload.resend')}>
        <Resend />
      </FormDrawer>
      <FormDrawer name="give_up" title={t('upload.give_up')}>
        <GiveUp />
      </FormDrawer>
    </>
  )
}

function Verbs({ upload }: { readonly upload: UploadDetail }) {
  const t = useText('freight')
  const me = useMe()
  const refused = mayUpload(me) ? null : t('reason.upload')
  const isIn = (...states: readonly string[]) => states.includes(upload.state)
  return (
    <>
      <OpenFormButton
        name="give_up"
        item={rowItem(upload)}
        reason={refused ?? (isIn('rejected', 'waiting') ? null : t('reason.upload_open'))}
      >
        {t('upload.give_up')}
      </OpenFormButton>
      <OpenFormButton
        name="resend"
        item={rowItem(upload)}
        primary
        reason={refused ?? (isIn('rejected', 'given_up') ? null : t('reason.upload_refused'))}
      >
        {t('upload.resend')}
      </OpenFormButton>
    </>
  )
}

const paths = {
  freight_waybill: '/freight-waybills',
  enterprise: '/enterprises',
  freight_carrier: '/freight-carriers',
  freight_driver: '/freight-drivers',
  freight_vehicle: '/freight-vehicles',
} as const satisfies Record<SourceKind, string>

/** Where a document is set right. */
function Sources({ upload: { sources } }: { readonly upload: UploadDetail }) {
  const t = useText('freight')
  return (
    <>
      {sources.map(({ kind, id, name }) => (
        <span key={kind} className="freight-source">
          {t(`source.${kind}`)} <Link to={`${paths[kind]}/${id}`}>{name}</Link>
        </span>
      ))}
    </>
  )
}

function useFacts(upload: UploadDetail | undefined): readonly Fact[] {
  const t = useText('freight')
  if (!upload) return []
  return [
    { label: t('upload.source'), value: <Sources upload={upload} /> },
    { label: t('upload.why'), value: <Why row={upload} /> },
    ...(upload.waybillId === null ? [] : [{ label: t('upload.sum'), value: formatMoney(upload.sumFen) }]),
    ...(upload.refusedBy === null ? [] : [{ label: t('upload.refused_by'), value: t(`refuser.${upload.refusedBy}`) }]),
    ...(upload.endedBy === null ? [] : [{ label: t('upload.ended_by'), value: upload.endedBy }]),
    { label: t('upload.attempts'), value: String(upload.attempts) },
    ...(upload.tryAt === null ? [] : [{ label: t('upload.try_at'), value: <When at={upload.tryAt} /> }]),
    ...(upload.acceptedAt === null ? [] : [{ label: t('upload.accepted'), value: <When at={upload.acceptedAt} /> }]),
    { label: t('upload.reference'), value: <CopyId value={upload.reference} short /> },
    { label: t('regulator.adapter'), value: t(`adapter.${upload.adapter}`) },
    { label: 'SHA-256', value: <CopyId value={upload.recordSha256} short /> },
  ]
}

function Faults({ upload }: { readonly upload: UploadDetail }) {
  const t = useText('freight')
  return (
    <Panel title={t('upload.faults')}>
      <PlainTable
        name={t('upload.faults')}
        empty=""
        head={[t('upload.field'), t('upload.value'), t('upload.rule')]}
        rows={upload.faults.map(({ field, label, value, message }) => ({
          key: `${field} ${message}`,
          cells: [
            <span key="field" title={field}>
              {label === '' ? t('upload.whole') : label}
            </span>,
            value === '' ? t('upload.nothing') : value,
            message,
          ],
        }))}
      />
    </Panel>
  )
}

function Record({ upload }: { readonly upload: UploadDetail }) {
  const t = useText('freight')
  return (
    <>
      <p className="tz-second">{t('upload.masked')}</p>
      <PlainTable
        name={t('upload.record')}
        empty={t('upload.nothing')}
        head={[t('upload.field'), t('upload.value'), t('upload.wire_name')]}
        rows={upload.fields.map(({ field, label, value }) => ({
          key: field,
          cells: [
            label,
            value === '' ? '–' : value,
            <span key="name" className="tz-mono tz-caption freight-break">
              {field}
            </span>,
          ],
        }))}
      />
    </>
  )
}

function Tries({ upload }: { readonly upload: UploadDetail }) {
  const t = useText('freight')
  return (
    <PlainTable
      name={t('upload.tries')}
      empty={t('upload.no_tries')}
      head={[t('upload.try'), t('upload.sent'), t('upload.answered'), t('upload.outcome'), t('upload.answer')]}
      rows={upload.tries.map((one) => ({
        key: String(one.attempt),
        cells: [
          String(one.attempt),
          <When key="sent" at={one.sentAt} />,
          one.answeredAt === null ? '–' : <When key="answered" at={one.answeredAt} />,
          one.outcome === null ? t('attempt.open') : t(`attempt.${one.outcome}`),
          [one.code, one.words].filter((text) => text !== null && text !== '').join(' ') || '–',
        ],
      }))}
    />
  )
}

type Values = { readonly why: string }

function Resend() {
  const t = useText('freight')
  const navigate = useNavigate()
  const { id, rev, close } = useOpenRow()
  const command = useCommand({
    run: api.uploads.resend.call,
    invalidate: [api.uploads.key()],
    success: ({ state }) => t(state === 'rejected' ? 'upload.still_refused' : 'upload.resent'),
  })
  return (
    <FormBox<Values, Parameters<typeof api.uploads.resend.call>[0], Stepped>
      command={command}
      toInput={({ why }) => ({ id, rev, why })}
      submit={t('upload.resend')}
      done={(next) => void navigate(`/freight-uploads/${next.id}`)}
      onCancel={close}
    >
      <p className="tz-second">{t('upload.resend_means')}</p>
      <TextItem name="why" label={t('field.why')} max={500} required rows={2} />
    </FormBox>
  )
}

function GiveUp() {
  const t = useText('freight')
  const { id, rev, close } = useOpenRow()
  const command = useCommand({
    run: api.uploads.giveUp.call,
    invalidate: [api.uploads.key()],
    success: t('saved'),
  })
  return (
    <FormBox<Values, Parameters<typeof api.uploads.giveUp.call>[0], Stepped>
      command={command}
      toInput={({ why }) => ({ id, rev, why })}
      submit={t('upload.give_up')}
      done={close}
      onCancel={close}
    >
      <p className="tz-second">{t('upload.give_up_means')}</p>
      <TextItem name="why" label={t('field.why')} max={500} required rows={2} />
    </FormBox>
  )
}
