import './posting.css'
import { useMutation } from '@tanstack/react-query'
import { Form, Input } from 'antd'
import { useEffect, useState } from 'react'
import { FormBox, Page, ProblemAlert, StateTag, useCommand, useMe, useText, VerbButton } from '@tingzhou/ui'
import { useNavigate, useSearchParams } from 'react-router'
import { api } from '../api.ts'
import { ConfirmItems, inputOf, understood, WhoseItems, type PostingValues } from './form.tsx'
import { firmsOf, mayPost } from './rights.ts'
import { useMarket } from './surface.ts'
import type { Posted, Reading } from './types.ts'
import { useWords } from './words.tsx'

/** A posting from one sentence: what the platform understands of it is confirmed or corrected, then it is open and held against the market. */
export function PostingNew() {
  const t = useText('market')
  const me = useMe()
  const at = useMarket()
  const navigate = useNavigate()
  const [query] = useSearchParams()
  const [form] = Form.useForm<PostingValues>()
  const [reading, setReading] = useState<Reading | null>(null)
  const [own] = firmsOf(me)
  const read = useMutation({
    mutationFn: (input: Pick<PostingValues, 'text' | 'kind'>) => api.readings.create.call(input),
  })
  const command = useCommand({
    run: api.postings.create.call,
    invalidate: [api.postings.key()],
    success: ({ masked }) => t(masked.length > 0 ? 'posting.posted_masked' : 'posting.posted'),
  })
  const understand = async () => {
    const { text, kind, readText } = form.getFieldsValue(true) as PostingValues
    if (!text?.trim()) {
      form.setFields([{ name: 'text', errors: [t('posting.say_something')] }])
      return
    }
    const answer = await read.mutateAsync({ text, kind })
    // What was corrected since this text was read stands, also in a draft that was kept; another text is read afresh.
    const isRead = readText === text
    if (!isRead)
      form.setFieldsValue({
        product: undefined,
        quantity: undefined,
        period: undefined,
        price: undefined,
        neededBy: undefined,
        ...understood(answer),
      } as Partial<PostingValues>)
    form.setFields([{ name: 'text', errors: [] }])
    setReading(isRead ? { ...answer, faults: [] } : answer)
  }
  // Once the fields are there that they belong to.
  useEffect(() => {
    form.setFields(
      (reading?.faults ?? []).map(({ field, message }) => ({ name: field as keyof PostingValues, errors: [message] })),
    )
  }, [form, reading])
  const keepDraft = async () => {
    const { kind, firmId = '', ...values } = form.getFieldsValue(true) as PostingValues
    const kept = await command.run({ ...inputOf({ ...values, kind }), kind, firmId, open: false })
    if (kept.ok) void navigate(at.one(kept.value.id))
  }
  const reason = mayPost(me) ? (reading ? null : t('posting.reason.read_first')) : t('posting.reason.post')
  return (
    <Page title={t('posting.new')} width="form">
      <section className="tz-panel market-form">
        <FormBox<PostingValues, Parameters<typeof api.postings.create.call>[0], Posted>
          form={form}
          draft="market.posting"
          initial={{
            kind: query.get('kind') === 'offer' ? 'offer' : 'need',
            subject: 'goods',
            visibility: 'zone',
            ...(own ? { firmId: own.id } : {}),
          }}
          command={command}
          toInput={(values) => ({ ...inputOf(values), kind: values.kind, firmId: values.firmId ?? '', open: true })}
          submit={t('posting.confirm_and_post')}
          reason={reason}
          fieldNames={{ productCode: 'product', fileIds: 'files' }}
          done={({ id }) => void navigate(at.one(id))}
        >
          <WhoseItems />
          <Form.Item name="text" label={t('posting.field.text')} extra={t('posting.text_hint')}>
            <Input.TextArea rows={3} maxLength={4000} placeholder={t('posting.text_example')} />
          </Form.Item>
          <div className="market-verbs">
            <VerbButton
              type={reading ? 'default' : 'primary'}
              loading={read.isPending}
              reason={mayPost(me) ? null : t('posting.reason.post')}
              onClick={() => void understand().catch(() => {})}
            >
              {t('posting.understand')}
            </VerbButton>
          </div>
          {read.error && <ProblemAlert problem={read.error} />}
          {reading && (
            <>
              <Understood reading={reading} />
              <ConfirmItems
                products={[...(reading.product ? [reading.product] : []), ...reading.alternatives]}
                guess={reading.certainty === 'guess' ? (reading.product?.code ?? null) : null}
              />
              <div className="market-verbs">
                <VerbButton loading={command.pending} onClick={() => void keepDraft()}>
                  {t('posting.keep_draft')}
                </VerbButton>
              </div>
            </>
          )}
        </FormBox>
      </section>
    </Page>
  )
}

/** What was understood, how sure it is, and by which rules. */
export function Understood({ reading }: { readonly reading: Reading }) {
  const t = useText('market')
  const say = useWords()
  const { product, certainty, service, mentions, unknown, masked } = reading
  const weakened = mentions.filter(({ rules }) => rules.length > 0)
  return (
    <section aria-label={t('posting.understood')}>
      <h2>{t('posting.understood')}</h2>
      <ul className="market-chips">
        <li>
          <StateTag tone={certainty === 'sure' ? 'good' : 'attention'}>
            {product
              ? say.product(product)
              : t(reading.subject === 'talent' ? 'posting.subject.talent' : 'posting.unclassified')}
            {certainty === 'none' ? '' : `（${t(`posting.certainty.${certainty}`)}）`}
          </StateTag>
        </li>
        {reading.spec.map(({ axis, value }) => (
          <li key={`${axis} ${value}`}>
            <StateTag tone="busy">
              {say.axis(axis)} {value}
            </StateTag>
          </li>
        ))}
        {reading.quantity && (
          <li>
            <StateTag tone="busy">{say.amount(reading.quantity)}</StateTag>
          </li>
        )}
        {reading.price && (
          <li>
            <StateTag tone="busy">{say.price(reading.price)}</StateTag>
          </li>
        )}
        {reading.due && (
          <li>
            <StateTag tone="busy">{t('posting.by_day', { day: reading.due })}</StateTag>
          </li>
        )}
      </ul>
      {service && (
        <p className="tz-second">{t('posting.is_service', { kind: t(`posting.service.${service.kind}`) })}</p>
      )}
      {weakened.map(({ alias, code, zh, en, rules }) => (
        <p key={`${code} ${alias}`} className="tz-second">
          {t('posting.because', {
            alias,
            product: say.product({ zh, en }),
            rules: rules.map(say.rule).join(t('posting.and')),
          })}
        </p>
      ))}
      {unknown.length > 0 && (
        <p className="tz-second">{t('posting.unknown', { words: unknown.join(t('posting.and')) })}</p>
      )}
      {masked.length > 0 && (
        <p role="status">
          <StateTag tone="attention">
            {t('posting.masked', { what: masked.map((kind) => t(`posting.personal.${kind}`)).join(t('posting.and')) })}
          </StateTag>
        </p>
      )}
    </section>
  )
}
