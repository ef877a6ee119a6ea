import { Form, Select, Switch } from 'antd'
import {
  FileField,
  FormBox,
  FormDrawer,
  OpenFormButton,
  PlainTable,
  rowItem,
  useCommand,
  useMe,
  useOpenForm,
  useOpenRow,
  useText,
  type UploadedFile,
  DayItem,
  TextItem,
} from '@tingzhou/ui'
import { useQuery } from '@tanstack/react-query'
import { longTerm, type CarrierKind, type Subject } from '../words.ts'
import { api, type Done, type PaperRow } from './api.ts'
import { mayKeep } from './roles.ts'
import { StandTag } from './tags.tsx'

/** Whose papers they are. */
type Holder = { readonly subject: Subject; readonly id: string; readonly carrierKind: CarrierKind | null }

const keys = [api.carriers.key(), api.drivers.key(), api.vehicles.key()]

/** The papers of a carrier, a driver or a vehicle, with what is missing on top. */
export function Papers(props: { readonly papers: readonly PaperRow[]; readonly missing: readonly string[] }) {
  const t = useText('freight')
  const me = useMe()
  const refused = mayKeep(me) ? null : t('reason.keep')
  const dayOf = (day: string) => (day === longTerm ? t('paper.long_term') : day)
  return (
    <>
      {props.missing.length > 0 && (
        <p role="note">
          <StandTag stand="missing" /> {props.missing.map((kind) => t(`paper_kind.${kind}`)).join(t('comma'))}
        </p>
      )}
      <PlainTable
        name={t('paper.title')}
        empty={t('paper.none')}
        head={[
          t('paper.kind'),
          t('paper.state'),
          t('paper.number'),
          t('paper.issuer'),
          t('paper.term'),
          t('paper.scans'),
          t('field.verbs'),
        ]}
        rows={props.papers.map((paper) => ({
          key: paper.id,
          cells: [
            t(`paper_kind.${paper.kind}`),
            <StandTag key="state" stand={paper.state} />,
            <span key="number" className="tz-mono">
              {paper.number}
            </span>,
            paper.issuer || '–',
            `${paper.validFrom} – ${dayOf(paper.validTo)}`,
            String(paper.scans.length),
            <OpenFormButton
              key="verb"
              name="withdraw"
              item={rowItem(paper)}
              size="small"
              reason={paper.state === 'withdrawn' ? t('stand.withdrawn') : refused}
            >
              {t('paper.withdraw')}
            </OpenFormButton>,
          ],
        }))}
      />
      <FormDrawer name="withdraw" title={t('paper.withdraw')}>
        <Withdraw />
      </FormDrawer>
    </>
  )
}

type Values = {
  readonly kind: string
  readonly paperNumber: string
  readonly issuer?: string
  readonly validFrom: string
  readonly validTo?: string
  readonly endless?: boolean
  readonly files?: readonly UploadedFile[]
}

/** The form beside the object, whichever of its tabs is open. */
export function AddPaperDrawer(holder: Holder) {
  const t = useText('freight')
  return (
    <FormDrawer name="paper" title={t('paper.add')}>
      <AddPaper {...holder} />
    </FormDrawer>
  )
}

function AddPaper({ subject, id, carrierKind }: Holder) {
  const t = useText('freight')
  const { close } = useOpenForm()
  const { data } = useQuery(api.papers.kinds.queryOptions())
  const [form] = Form.useForm<Values>()
  const endless = Form.useWatch('endless', form)
  const command = useCommand({ run: api.papers.add.call, invalidate: keys, success: t('paper.added') })
  const kinds = (data?.rows ?? []).filter(
    (kind) => kind.subject === subject && (kind.onlyFor === null || kind.onlyFor === carrierKind),
  )
  return (
    <FormBox<Values, Parameters<typeof api.papers.add.call>[0], Done>
      form={form}
      command={command}
      toInput={(values) => ({
        subject,
        subjectId: id,
        kind: values.kind,
        paperNumber: values.paperNumber,
        issuer: values.issuer ?? '',
        validFrom: values.validFrom,
        validTo: values.endless ? longTerm : (values.validTo ?? ''),
        fileIds: (values.files ?? []).map((file) => file.id),
      })}
      fieldNames={{ fileIds: 'files' }}
      submit={t('paper.add')}
      done={close}
      onCancel={close}
    >
      <Form.Item name="kind" label={t('paper.kind')} rules={[{ required: true, message: t('rule.choose') }]}>
        <Select options={kinds.map(({ code }) => ({ value: code, label: t(`paper_kind.${code}`) }))} />
      </Form.Item>
      <TextItem name="paperNumber" label={t('paper.number')} max={50} required />
      <TextItem name="issuer" label={t('paper.issuer')} max={128} />
      <DayItem name="validFrom" label={t('paper.valid_from')} required />
      <Form.Item name="endless" label={t('paper.long_term')} valuePropName="checked">
        <Switch />
      </Form.Item>
      {!endless && <DayItem name="validTo" label={t('paper.valid_to')} required />}
      <Form.Item name="files" label={t('paper.scans')} extra={t('paper.scans_extra')}>
        <FileField max={6} capture fields={{ purpose: 'evidence' }} />
      </Form.Item>
    </FormBox>
  )
}

function Withdraw() {
  const t = useText('freight')
  const { id, rev, close } = useOpenRow()
  const command = useCommand({ run: api.papers.withdraw.call, invalidate: keys, success: t('paper.withdrawn') })
  return (
    <FormBox<{ readonly why: string }, Parameters<typeof api.papers.withdraw.call>[0], Done>
      command={command}
      toInput={({ why }) => ({ id, rev, why })}
      submit={t('paper.withdraw')}
      done={close}
      onCancel={close}
    >
      <TextItem name="why" label={t('field.why')} max={500} required rows={3} />
    </FormBox>
  )
}
