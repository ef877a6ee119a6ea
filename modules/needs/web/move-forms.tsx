import { Checkbox, Form, Input, Radio, Select } from 'antd'
import { DateField, FileField, formatTimeFull, NumberField, useText, WholeItem, type UploadedFile } from '@tingzhou/ui'
import type { ComponentType } from 'react'
import {
  contactChannels,
  declineReasons,
  natures,
  replyResults,
  urgencyClasses,
  type MoveName,
} from '../appeal-contract.ts'
import { AppealSelect, AreaSelect, CategorySelect, DepartmentSelect, DepartmentsSelect } from './pickers.tsx'
import { ArticleSelect } from './article-select.tsx'
import { PersonSelect } from './staff-select.tsx'
import { CallbackFields, RatingField } from './callback-fields.tsx'
import { instantOf, MomentField } from './moment-field.tsx'
import { SplitFields } from './split-fields.tsx'
import { supervisionReason, type Detail, type Texts } from './words.ts'

/** What a form holds: the fields of its move, files as uploaded ones. */
export type Values = Readonly<Record<string, unknown>>

export type FieldsProps = { readonly appeal: Detail; readonly subjectId: string | null }

type MoveForm = {
  readonly Fields: ComponentType<FieldsProps>
  readonly initial?: (appeal: Detail) => Values
  readonly convert?: (values: Values, appeal: Detail) => Values
  /** Has help beside it, so the drawer is wide. */
  readonly wide?: boolean
}

/** The uploaded files of a form as the ids that the contract takes. */
export function withFileIds(values: Values): Values {
  const files = values['fileIds']
  // FileField is the only writer of this name.
  return { ...values, fileIds: Array.isArray(files) ? (files as readonly UploadedFile[]).map(({ id }) => id) : [] }
}

/** Puts the row that the verb is about under the name its move uses. */
const about = (name: string) =>
  function Subject({ subjectId }: { readonly subjectId: string | null }) {
    return (
      <Form.Item name={name} hidden initialValue={subjectId}>
        <Input />
      </Form.Item>
    )
  }
const AboutAssist = about('assistId')
const AboutSupervision = about('supervisionId')

function Words(props: {
  readonly name: string
  readonly max: number
  readonly required?: boolean
  readonly rows?: number
  readonly label?: string
  readonly extra?: string
}) {
  const t = useText('needs')
  const label = props.label ?? t(`field.${props.name}`)
  return (
    <Form.Item
      name={props.name}
      label={label}
      {...(props.extra === undefined ? {} : { extra: props.extra })}
      rules={props.required ? [{ required: true, whitespace: true, message: t('rule.say', { label }) }] : []}
    >
      <Input.TextArea rows={props.rows ?? 3} maxLength={props.max} showCount />
    </Form.Item>
  )
}

const choices = (t: Texts, prefix: string, values: readonly string[]) =>
  values.map((value) => ({ value, label: t(`${prefix}.${value}`) }))

function Reason() {
  return <Words name="reason" max={500} required />
}

function OptionalWords() {
  return <Words name="words" max={500} />
}

function FilesItem({ capture = true }: { readonly capture?: boolean }) {
  const t = useText('needs')
  return (
    <Form.Item name="fileIds" label={t('field.files')} extra={t('help.evidence')}>
      <FileField max={20} capture={capture} fields={{ purpose: 'evidence' }} />
    </Form.Item>
  )
}

function ClassItem({ required = false }: { readonly required?: boolean }) {
  const t = useText('needs')
  return (
    <Form.Item name="class" label={t('column.class')} rules={[{ required }]} extra={t('help.class')}>
      <Select options={choices(t, 'class_long', urgencyClasses)} allowClear={!required} />
    </Form.Item>
  )
}

function OwnerItem({
  required = true,
  name = 'ownerId',
  extra,
}: {
  readonly required?: boolean
  readonly name?: string
  readonly extra?: string
}) {
  const t = useText('needs')
  return (
    <Form.Item
      name={name}
      label={t('field.ownerId')}
      rules={[{ required, message: t('rule.choose', { label: t('field.ownerId') }) }]}
      {...(extra === undefined ? {} : { extra })}
    >
      <DepartmentSelect allowClear={!required} />
    </Form.Item>
  )
}

function AssistantsItem() {
  const t = useText('needs')
  const form = Form.useFormInstance()
  const owner: unknown = Form.useWatch('ownerId', form)
  return (
    <Form.Item name="assistantIds" label={t('field.assistantIds')} extra={t('help.assistants')}>
      <DepartmentsSelect except={typeof owner === 'string' ? [owner] : []} maxCount={10} />
    </Form.Item>
  )
}

function Note() {
  return <Words name="note" max={500} rows={2} />
}

function Nothing() {
  return null
}

function ClassifyFields() {
  const t = useText('needs')
  return (
    <>
      <Form.Item name="category" label={t('column.category')} rules={[{ required: true }]}>
        <CategorySelect />
      </Form.Item>
      <Form.Item name="nature" label={t('column.nature')} rules={[{ required: true }]}>
        <Select options={choices(t, 'nature', natures)} />
      </Form.Item>
      <ClassItem required />
      <Form.Item name="areaId" label={t('column.area')}>
        <AreaSelect allowClear />
      </Form.Item>
      <Form.Item name="sensitive" valuePropName="checked">
        <Checkbox>{t('field.sensitive')}</Checkbox>
      </Form.Item>
      <Words name="reason" max={500} rows={2} />
    </>
  )
}

function DeclineFields() {
  const t = useText('needs')
  return (
    <>
      <Form.Item name="reasonCode" label={t('field.reasonCode')} rules={[{ required: true }]}>
        <Radio.Group
          aria-label={t('field.reasonCode')}
          className="needs-radios"
          options={choices(t, 'decline_reason', declineReasons)}
        />
      </Form.Item>
      <Words name="notice" max={1000} required rows={5} extra={t('help.notice')} />
    </>
  )
}

function AnswerFields() {
  const t = useText('needs')
  return (
    <>
      <Form.Item name="articleId" label={t('field.articleId')} rules={[{ required: true }]}>
        <ArticleSelect />
      </Form.Item>
      <Words name="text" max={4000} required rows={8} label={t('field.reply_text')} />
    </>
  )
}

function MergeFields({ appeal }: FieldsProps) {
  const t = useText('needs')
  return (
    <>
      <Form.Item
        name="leaderId"
        label={t('field.leaderId')}
        rules={[
          { required: true },
          {
            validator: async (_, value) =>
              value === appeal.id ? Promise.reject(new Error(t('rule.not_itself'))) : undefined,
          },
        ]}
      >
        <AppealSelect />
      </Form.Item>
      <Reason />
    </>
  )
}

function DispatchFields() {
  return (
    <>
      <OwnerItem />
      <AssistantsItem />
      <ClassItem />
      <Note />
      <Form.Item name="ruleNumber" hidden>
        <NumberField />
      </Form.Item>
      <Form.Item name="ruleVersion" hidden>
        <NumberField />
      </Form.Item>
    </>
  )
}

function AcceptReturnFields({ appeal }: FieldsProps) {
  const t = useText('needs')
  return (
    <>
      <ReturnWords appeal={appeal} />
      <OwnerItem required={false} extra={t('help.accept_return')} />
      <AssistantsItem />
      <Note />
    </>
  )
}

function RefuseReturnFields({ appeal }: FieldsProps) {
  return (
    <>
      <ReturnWords appeal={appeal} />
      <Reason />
    </>
  )
}

/** What the department said when it gave the order back. */
function ReturnWords({ appeal }: { readonly appeal: Detail }) {
  const t = useText('needs')
  const order = appeal.orders.at(-1)
  if (!order?.returnReason) return null
  return (
    <blockquote className="needs-quote">
      <p className="tz-flush">
        <strong>{order.owner.name}</strong>: {order.returnReason}
      </p>
      {order.returnBasis && <p className="tz-flush tz-second">{t('work.basis', { basis: order.returnBasis })}</p>}
    </blockquote>
  )
}

function ReturnFields() {
  const t = useText('needs')
  return (
    <>
      <Reason />
      <Words name="basis" max={500} required rows={2} extra={t('help.basis')} />
    </>
  )
}

function JointFields() {
  return (
    <>
      <OwnerItem required={false} />
      <Words name="minutes" max={1000} required rows={5} />
    </>
  )
}

function AssignFields({ appeal }: FieldsProps) {
  const t = useText('needs')
  return (
    <>
      <Form.Item name="accountId" label={t('field.accountId')} rules={[{ required: true }]}>
        <PersonSelect partyId={appeal.owner?.id ?? null} />
      </Form.Item>
      <Words name="reason" max={500} rows={2} />
    </>
  )
}

function ContactFields() {
  const t = useText('needs')
  return (
    <>
      <Form.Item name="channel" label={t('field.contact_channel')} rules={[{ required: true }]}>
        <Radio.Group aria-label={t('field.contact_channel')} options={choices(t, 'contact_channel', contactChannels)} />
      </Form.Item>
      <Words name="words" max={1000} required rows={5} label={t('field.contact_words')} />
    </>
  )
}

function AskApplicantFields() {
  const t = useText('needs')
  return <Words name="question" max={1000} required rows={6} extra={t('help.question')} />
}

function SupplementFields({ appeal }: FieldsProps) {
  const t = useText('needs')
  return (
    <>
      {appeal.question && <blockquote className="needs-quote needs-prose">{appeal.question}</blockquote>}
      <Words name="text" max={4000} required rows={6} label={t('field.supplement')} />
      <FilesItem />
    </>
  )
}

function AskAssistantFields({ appeal }: FieldsProps) {
  const t = useText('needs')
  return (
    <>
      <Form.Item name="departmentId" label={t('field.departmentId')} rules={[{ required: true }]}>
        <DepartmentSelect except={appeal.owner ? [appeal.owner.id] : []} />
      </Form.Item>
      <Words name="question" max={1000} required rows={4} label={t('field.assist_question')} />
      <WholeItem
        name="dueWorkingDays"
        label={t('field.dueWorkingDays')}
        max={10}
        unit={t('unit.working_days')}
        className="needs-number"
        required
      />
    </>
  )
}

function OpinionFields({ appeal, subjectId }: FieldsProps) {
  const t = useText('needs')
  const assist = appeal.assists.find(({ id }) => id === subjectId)
  return (
    <>
      <AboutAssist subjectId={subjectId} />
      {assist?.question && <blockquote className="needs-quote needs-prose">{assist.question}</blockquote>}
      <Words name="text" max={2000} required rows={6} label={t('field.opinion')} />
      <FilesItem />
    </>
  )
}

function OverruleFields({ appeal, subjectId }: FieldsProps) {
  const t = useText('needs')
  const assist = appeal.assists.find(({ id }) => id === subjectId)
  return (
    <>
      <AboutAssist subjectId={subjectId} />
      {assist && <p>{t('work.overrule_whom', { name: assist.department.name })}</p>}
      <Reason />
    </>
  )
}

function AskExtensionFields({ appeal }: FieldsProps) {
  const t = useText('needs')
  const due = appeal.orders.at(-1)?.dueResultAt ?? null
  return (
    <>
      <Form.Item name="until" label={t('field.until')} rules={[{ required: true }]} extra={t('help.extension')}>
        <MomentField {...(due === null ? {} : { after: due })} />
      </Form.Item>
      <Reason />
    </>
  )
}

function DecideExtensionFields({ appeal }: FieldsProps) {
  const t = useText('needs')
  const asked = appeal.extensions.findLast(({ state }) => state === 'asked')
  return (
    <>
      {asked && (
        <blockquote className="needs-quote">
          <p className="tz-flush needs-prose">{asked.reason}</p>
          <p className="tz-flush tz-second">{t('work.asked_until', { time: formatTimeFull(asked.until) })}</p>
        </blockquote>
      )}
      <Form.Item name="approve" label={t('field.approve')} rules={[{ required: true }]}>
        <Radio.Group
          options={[
            { value: true, label: t('approve.yes') },
            { value: false, label: t('approve.no') },
          ]}
        />
      </Form.Item>
      <Reason />
    </>
  )
}

function ReplyFields() {
  const t = useText('needs')
  const form = Form.useFormInstance()
  const result: unknown = Form.useWatch('result', form)
  return (
    <>
      <Form.Item name="result" label={t('field.result')} rules={[{ required: true }]}>
        <Radio.Group
          aria-label={t('field.result')}
          className="needs-radios"
          options={choices(t, 'result_long', replyResults)}
        />
      </Form.Item>
      <Words name="text" max={4000} required rows={7} label={t('field.reply_text')} extra={t('help.reply')} />
      <Words name="measures" max={1000} rows={3} />
      <Form.Item
        name="fileIds"
        label={t('field.evidence')}
        extra={t('help.evidence')}
        rules={result === 'resolved' ? [{ required: true, type: 'array', min: 1, message: t('rule.evidence') }] : []}
      >
        <FileField max={20} capture fields={{ purpose: 'evidence' }} />
      </Form.Item>
    </>
  )
}

function MeetingFields() {
  return <Words name="minutes" max={2000} required rows={7} />
}

function PlanFields() {
  const t = useText('needs')
  return (
    <>
      <Words name="plan" max={2000} required rows={6} />
      <OwnerItem />
      <Form.Item name="reviewDate" label={t('field.reviewDate')} rules={[{ required: true }]}>
        <DateField />
      </Form.Item>
    </>
  )
}

function ReviewPlannedFields({ appeal }: FieldsProps) {
  const t = useText('needs')
  return (
    <>
      {appeal.planned && <blockquote className="needs-quote needs-prose">{appeal.planned.plan}</blockquote>}
      <Form.Item name="renewUntil" label={t('field.renewUntil')} extra={t('help.renew')}>
        <DateField />
      </Form.Item>
      <Reason />
    </>
  )
}

function ReviewFields() {
  const t = useText('needs')
  return (
    <>
      <Words name="facts" max={2000} required rows={6} extra={t('help.facts')} />
      <FilesItem />
    </>
  )
}

function SuperviseFields() {
  const t = useText('needs')
  return (
    <>
      <Form.Item name="level" label={t('field.level')} rules={[{ required: true }]}>
        <Radio.Group
          className="needs-radios"
          options={[1, 2, 3].map((level) => ({ value: level, label: t(`supervision.level_long.${level}`) }))}
        />
      </Form.Item>
      <Reason />
    </>
  )
}

function AnswerSupervisionFields({ appeal, subjectId }: FieldsProps) {
  const t = useText('needs')
  return (
    <>
      <SupervisionWords appeal={appeal} id={subjectId} />
      <AboutSupervision subjectId={subjectId} />
      <Words name="text" max={2000} required rows={6} label={t('field.supervision_answer')} />
    </>
  )
}

function LiftFields({ appeal, subjectId }: FieldsProps) {
  return (
    <>
      <SupervisionWords appeal={appeal} id={subjectId} />
      <AboutSupervision subjectId={subjectId} />
      <Reason />
    </>
  )
}

function SupervisionWords({ appeal, id }: { readonly appeal: Detail; readonly id: string | null }) {
  const t = useText('needs')
  const supervision = appeal.supervisions.find((entry) => entry.id === id)
  if (!supervision) return null
  return (
    <blockquote className="needs-quote">
      <p className="tz-flush">
        {t('supervision.level', { level: supervision.level })} · {supervisionReason(t, supervision.reason)}
      </p>
      {supervision.answer && <p className="tz-flush tz-second">{supervision.answer}</p>}
    </blockquote>
  )
}

function NoteFields() {
  const t = useText('needs')
  return (
    <>
      <Words name="text" max={2000} required rows={5} label={t('field.note_text')} />
      <Form.Item name="internal" valuePropName="checked">
        <Checkbox>{t('field.internal')}</Checkbox>
      </Form.Item>
    </>
  )
}

function RateFields() {
  return (
    <>
      <RatingField required />
      <Words name="words" max={1000} rows={3} />
    </>
  )
}

/** A form for every move of the contract. */
export const moveForms: Readonly<Record<MoveName, MoveForm>> = {
  submit: { Fields: Nothing },
  classify: {
    Fields: ClassifyFields,
    initial: ({ category, nature, class: urgency, area, sensitive }) => ({
      category,
      nature,
      class: urgency,
      areaId: area?.id ?? null,
      sensitive,
    }),
    convert: (values) => ({ ...values, areaId: values['areaId'] ?? null }),
    wide: true,
  },
  decline: { Fields: DeclineFields },
  answer: { Fields: AnswerFields, wide: true },
  merge: { Fields: MergeFields, wide: true },
  unmerge: { Fields: Reason },
  split: { Fields: SplitFields, initial: () => ({ parts: [{}, {}] }) },
  dispatch: {
    Fields: DispatchFields,
    initial: ({ class: urgency }) => ({ class: urgency, assistantIds: [] }),
    convert: ({ class: urgency, ...values }) => ({ ...values, ...(urgency ? { class: urgency } : {}) }),
    wide: true,
  },
  sign: { Fields: Nothing },
  assign: { Fields: AssignFields },
  return: { Fields: ReturnFields },
  accept_return: {
    Fields: AcceptReturnFields,
    convert: (values) => ({
      ...values,
      ownerId: values['ownerId'] ?? null,
      assistantIds: values['assistantIds'] ?? [],
    }),
  },
  refuse_return: { Fields: RefuseReturnFields },
  decide_jointly: {
    Fields: JointFields,
    convert: (values) => ({ ...values, ownerId: values['ownerId'] ?? null }),
  },
  contact: { Fields: ContactFields, initial: () => ({ channel: 'phone' }) },
  ask_applicant: { Fields: AskApplicantFields },
  supplement: { Fields: SupplementFields, convert: withFileIds },
  ask_assistant: { Fields: AskAssistantFields, initial: () => ({ dueWorkingDays: 2 }) },
  opinion: { Fields: OpinionFields, convert: withFileIds },
  overrule: { Fields: OverruleFields },
  ask_extension: {
    Fields: AskExtensionFields,
    convert: (values) => ({ ...values, until: instantOf(values['until']) }),
  },
  decide_extension: { Fields: DecideExtensionFields },
  reply: { Fields: ReplyFields, convert: withFileIds },
  pass_reply: { Fields: OptionalWords },
  reject_reply: { Fields: Reason },
  callback: {
    Fields: CallbackFields,
    initial: () => ({ reached: true }),
    convert: (values) => (values['reached'] === false ? { reached: false, words: values['words'] } : values),
  },
  hold_meeting: { Fields: MeetingFields },
  strike_off: { Fields: OptionalWords },
  list_planned: { Fields: PlanFields, initial: ({ owner }) => ({ ownerId: owner?.id ?? null }) },
  refuse_planned: { Fields: Reason },
  review_planned: {
    Fields: ReviewPlannedFields,
    convert: (values) => ({ ...values, renewUntil: values['renewUntil'] ?? null }),
  },
  review: { Fields: ReviewFields, convert: withFileIds },
  withdraw: { Fields: Reason },
  rate: { Fields: RateFields },
  urge: { Fields: OptionalWords },
  supervise: { Fields: SuperviseFields, initial: () => ({ level: 1 }) },
  answer_supervision: { Fields: AnswerSupervisionFields },
  lift_supervision: { Fields: LiftFields },
  note: { Fields: NoteFields, initial: () => ({ internal: true }) },
}

export function isMoveName(name: string): name is MoveName {
  return Object.hasOwn(moveForms, name)
}
