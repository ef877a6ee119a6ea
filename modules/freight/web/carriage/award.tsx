import { useQuery } from '@tanstack/react-query'
import {
  EmptyState,
  FormBox,
  ProblemAlert,
  SkeletonLines,
  useCommand,
  useOpenForm,
  useText,
  ScaledInput,
  TextItem,
} from '@tingzhou/ui'
import { Checkbox, Form } from 'antd'
import { api } from '../api.ts'
import type { BidRow, LoadDetail } from './api.ts'
import { saying } from './refusals.ts'
import { formatPrice, formatQuantity, quantityScale } from './scaled.ts'

type Award = { readonly bidId: string; readonly quantity: number | null }
type Values = { readonly awards: readonly Award[]; readonly why: string }
type Input = Parameters<typeof api.loads.award.call>[0]

/** Gives the load to those who bade: which bids, how much of each, and what that makes of what is left. */
export function AwardBox({ load }: { readonly load: LoadDetail }) {
  const t = useText('freight')
  const { close } = useOpenForm()
  const query = useQuery(api.bids.list.queryOptions({ input: { id: load.id } }))
  const command = useCommand({
    run: saying(api.loads.award.call, () => load.measure),
    invalidate: [api.loads.key(), api.bids.key(), api.shares.key()],
    success: t('bid.awarded'),
  })
  const [form] = Form.useForm<Values>()
  if (query.error) return <ProblemAlert problem={query.error} onRetry={() => void query.refetch()} />
  if (!query.data) return <SkeletonLines lines={3} />
  const bids = query.data.rows.filter(({ state }) => state === 'submitted')
  if (bids.length === 0) return <EmptyState title={query.data.hidden ? t('bid.none_shown') : t('bid.none')} />
  return (
    <FormBox<Values, Input, Awaited<ReturnType<typeof api.loads.award.call>>>
      form={form}
      initial={{ awards: [] }}
      command={command}
      toInput={({ awards, why }) => ({ id: load.id, rev: load.rev, why, awards: [...awards] })}
      fieldNames={{ quantity: 'awards', carrierId: 'awards' }}
      submit={t('load_verb.award')}
      done={close}
      onCancel={close}
    >
      <Form.Item
        name="awards"
        label={t('bid.which')}
        rules={[
          {
            validator: async (_, awards: readonly Award[] | undefined) => {
              if (!awards || awards.length === 0) throw new Error(t('rule.choose'))
              if (awards.some(({ quantity }) => quantity !== null && !(quantity >= 1)))
                throw new Error(t('rule.decimals', { n: quantityScale[load.measure] }))
            },
          },
        ]}
      >
        <AwardTable load={load} bids={bids} />
      </Form.Item>
      <TextItem name="why" label={t('field.why')} max={500} required rows={2} />
    </FormBox>
  )
}

function AwardTable(props: {
  readonly id?: string
  readonly value?: readonly Award[]
  readonly onChange?: (value: readonly Award[]) => void
  readonly load: LoadDetail
  readonly bids: readonly BidRow[]
}) {
  const t = useText('freight')
  const { load, bids, value = [], onChange } = props
  const { measure } = load
  const unit = t(`measure.${measure}`)
  const left = Math.max(0, load.quantity - load.taken)
  const quantityOf = ({ bidId, quantity }: Award) => quantity ?? bids.find(({ id }) => id === bidId)?.quantity ?? 0
  const total = value.reduce((sum, award) => sum + (quantityOf(award) || 0), 0)
  const set = (bidId: string, quantity: number | null) =>
    onChange?.(value.map((award) => (award.bidId === bidId ? { bidId, quantity } : award)))
  return (
    <div className="freight-award" role="group" aria-label={t('bid.which')} {...(props.id ? { id: props.id } : {})}>
      {bids.map((bid) => {
        const bidId = bid.id ?? ''
        const award = value.find((one) => one.bidId === bidId)
        const name = bid.carrier?.name ?? t('bid.other')
        return (
          <div key={bidId} className="freight-award-row">
            <Checkbox
              checked={award !== undefined}
              onChange={({ target }) =>
                onChange?.(
                  target.checked
                    ? [...value, { bidId, quantity: Math.min(bid.quantity, Math.max(1, left - total)) }]
                    : value.filter((one) => one.bidId !== bidId),
                )
              }
            >
              {name} ·{' '}
              <span className="tz-number">
                {bid.carrierMilliFen === null
                  ? ''
                  : `${t(`per.${measure}`, { price: formatPrice(bid.carrierMilliFen) })} · `}
                {formatQuantity(bid.quantity, measure)} {unit}
              </span>
            </Checkbox>
            {award && (
              <ScaledInput
                label={t('bid.award_to', { name })}
                scale={quantityScale[measure]}
                unit={unit}
                value={award.quantity}
                onChange={(quantity) => set(bidId, quantity)}
              />
            )}
          </div>
        )
      })}
      <p className={total > left ? 'tz-overdue tz-number' : 'tz-number'} aria-live="polite">
        {t('bid.award_total', { total: formatQuantity(total, measure), left: formatQuantity(left, measure), unit })}
      </p>
    </div>
  )
}
