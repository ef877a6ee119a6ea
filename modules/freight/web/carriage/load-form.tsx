import { useQuery } from '@tanstack/react-query'
import {
  FormPage,
  ObjectPage,
  useCommand,
  useMe,
  useText,
  type Command,
  type FormStep,
  ScaledItem,
  TextItem,
  WholeItem,
} from '@tingzhou/ui'
import { Form, Radio, Select, type FormInstance } from 'antd'
import { useNavigate, useParams, useSearchParams } from 'react-router'
import { bidKinds, loadModes, measures } from '../../words.ts'
import { api, type Saved } from '../api.ts'
import { CodeItem } from '../fields.tsx'
import type { Drafted, LoadDetail } from './api.ts'
import { ContractItem, LaneItem, useContracts } from './load-lane.tsx'
import { blankLoad, copyOf, loadInput, valuesOf, type LoadValues } from './load-values.ts'
import { MomentItem } from './moment-item.tsx'
import { ShipperPick, PlacePick, TermsPick } from './pickers.tsx'
import { saying } from './refusals.ts'
import { keepsForShipper, mayDispatch, mayShip, shippersOf } from './rights.ts'
import { percentScale, priceScale, quantityScale } from './scaled.ts'
import { useSurface } from './surface.ts'

/** Posts a load: from nothing, or as a copy of an earlier one (`?copy=`). */
export function LoadNew() {
  const t = useText('freight')
  const [query] = useSearchParams()
  const copied = query.get('copy')
  const source = useQuery({ ...api.loads.get.queryOptions({ input: { id: copied ?? '' } }), enabled: copied !== null })
  const contracts = useContracts()
  const isWaiting = contracts.isPending || (copied !== null && source.isPending)
  if (isWaiting || source.error || contracts.error)
    return (
      <ObjectPage
        title={t('load.post')}
        loading={isWaiting}
        problem={source.error ?? contracts.error}
        onRetry={() => void (source.error ? source.refetch() : contracts.refetch())}
      />
    )
  return <Post source={source.data ?? null} />
}

function Post({ source }: { readonly source: LoadDetail | null }) {
  const t = useText('freight')
  const me = useMe()
  const at = useSurface()
  const navigate = useNavigate()
  const contracts = useContracts()
  const command = useCommand({
    run: saying(api.loads.create.call, ({ measure }) => measure),
    invalidate: [api.loads.key()],
    success: ({ number }: Drafted) => t('load.drafted', { number }),
  })
  const [only, ...others] = contracts.rows
  const own = shippersOf(me)[0]?.id
  const initial: Partial<LoadValues> = source
    ? copyOf(source)
    : {
        ...blankLoad(),
        ...(own === undefined || mayDispatch(me) ? {} : { shipperId: own }),
        ...(only && others.length === 0 && !mayDispatch(me) ? { contractId: only.id, shipperId: only.shipper.id } : {}),
      }
  return (
    <LoadForm
      title={source ? t('load.post_copy', { number: source.number }) : t('load.post')}
      draft={source ? undefined : 'freight.load'}
      initial={initial}
      command={command}
      toInput={(values) => loadInput(values, mayDispatch(me))}
      submit={t('load.save_draft')}
      reason={mayShip(me) ? null : t('reason.post')}
      done={({ id }) => void navigate(at.load(id))}
    />
  )
}

/** Changes a draft. */
export function LoadChange() {
  const t = useText('freight')
  const { id = '' } = useParams()
  const query = useQuery(api.loads.get.queryOptions({ input: { id } }))
  const contracts = useContracts()
  if (!query.data || contracts.isPending)
    return (
      <ObjectPage
        title={t('load.change')}
        loading={query.isPending || contracts.isPending}
        problem={query.error}
        onRetry={() => void query.refetch()}
      />
    )
  return <Change key={query.data.id} load={query.data} />
}

function Change({ load }: { readonly load: LoadDetail }) {
  const t = useText('freight')
  const me = useMe()
  const at = useSurface()
  const navigate = useNavigate()
  const command = useCommand({
    run: saying(api.loads.change.call, ({ measure }) => measure),
    invalidate: [api.loads.key()],
    success: t('saved'),
  })
  const refused = !keepsForShipper(me, load.shipper.id)
    ? t('reason.keep_loads')
    : load.state === 'draft' || command.pending
      ? null
      : t('reason.load_draft')
  return (
    <LoadForm
      title={t('load.change_of', { number: load.number })}
      initial={valuesOf(load)}
      command={command}
      toInput={(values) => {
        const { shipperId: _shipper, synthetic: _synthetic, ...fields } = loadInput(values, mayDispatch(me))
        return { ...fields, id: load.id, rev: load.rev, why: values.why ?? '' }
      }}
      submit={t('verb.save')}
      reason={refused}
      isChange
      done={() => void navigate(at.load(load.id))}
    />
  )
}

function LoadForm<I, O extends Saved>(props: {
  readonly title: string
  readonly draft?: string | undefined
  readonly initial: Partial<LoadValues>
  readonly command: Command<I, O>
  readonly toInput: Parameters<typeof FormPage<LoadValues, I, O>>[0]['toInput']
  readonly submit: string
  readonly reason: string | null
  readonly isChange?: boolean
  readonly done: (output: O) => void
}) {
  const t = useText('freight')
  const { initial, draft, isChange = false, ...rest } = props
  const [form] = Form.useForm<LoadValues>()
  const contractId = Form.useWatch('contractId', { form, preserve: true }) ?? initial.contractId ?? null
  const isOwn = contractId === null
  const why = isChange && <TextItem name="why" label={t('field.why')} max={500} required rows={2} />
  const what = <What form={form} isOwn={isOwn} isChange={isChange} />
  const how = <How form={form} isOwn={isOwn} />
  // Under a contract the lane says most of it, and everything fits on one page.
  const steps: readonly FormStep[] = [
    { title: t('load.step_what'), content: what },
    {
      title: t('load.step_how'),
      content: (
        <>
          {how}
          {why}
        </>
      ),
    },
  ]
  return (
    <FormPage<LoadValues, I, O>
      {...rest}
      form={form}
      initial={initial}
      {...(draft === undefined ? {} : { draft })}
      {...(isOwn ? { steps } : { fieldNames: ofLane })}
    >
      {!isOwn && (
        <>
          {what}
          {how}
          {why}
        </>
      )}
    </FormPage>
  )
}

/** Under a contract these are said by the lane. */
const ofLane = { goods: 'lane', cargoClass: 'lane', fromId: 'lane', toId: 'lane', measure: 'lane' } as const

type Part = { readonly form: FormInstance<LoadValues>; readonly isOwn: boolean }

/** What is to be carried, from where to where. */
function What({ form, isOwn, isChange }: Part & { readonly isChange: boolean }) {
  const t = useText('freight')
  const me = useMe()
  const shipperId = Form.useWatch('shipperId', { form, preserve: true }) ?? null
  const measure = Form.useWatch('measure', { form, preserve: true }) ?? 'ton'
  const own = shippersOf(me)
  return (
    <>
      <ContractItem form={form} isChange={isChange} />
      {isOwn && !isChange && mayDispatch(me) && <ShipperPick name="shipperId" label={t('field.shipper')} required />}
      {isOwn && !isChange && !mayDispatch(me) && own.length > 1 && (
        <Form.Item name="shipperId" label={t('field.shipper')} rules={[{ required: true, message: t('rule.choose') }]}>
          <Select options={own.map(({ id, name }) => ({ value: id, label: name }))} />
        </Form.Item>
      )}
      {isOwn ? (
        <>
          <TextItem name="goods" label={t('field.goods')} max={512} required />
          <CodeItem name="cargoClass" label={t('field.cargoClass')} table="cargo-class" required />
          <PlacePick name="fromId" label={t('field.from')} shipperId={shipperId} required />
          <PlacePick name="toId" label={t('field.to')} shipperId={shipperId} required />
          <Form.Item name="measure" label={t('load.measure')}>
            <Radio.Group options={measures.map((value) => ({ value, label: t(`measure.${value}`) }))} />
          </Form.Item>
        </>
      ) : (
        <LaneItem form={form} />
      )}
      <ScaledItem
        name="quantity"
        label={t('load.quantity')}
        scale={quantityScale[measure]}
        unit={t(`measure.${measure}`)}
        min={1}
        required
      />
    </>
  )
}

/** By which way carriers get it, when and by whom it is received. */
function How({ form, isOwn }: Part) {
  const t = useText('freight')
  const me = useMe()
  const mode = Form.useWatch('mode', { form, preserve: true }) ?? 'assign'
  const measure = Form.useWatch('measure', { form, preserve: true }) ?? 'ton'
  const yuan = t(`yuan_per.${measure}`)
  return (
    <>
      <Form.Item name="mode" label={t('load.mode')} extra={t(`load_mode_extra.${mode}`)}>
        <Radio.Group options={loadModes.map((value) => ({ value, label: t(`load_mode.${value}`) }))} />
      </Form.Item>
      {mode === 'bid' && (
        <>
          <Form.Item name="bidKind" label={t('load.bidKind')} rules={[{ required: true, message: t('rule.choose') }]}>
            <Radio.Group options={bidKinds.map((value) => ({ value, label: t(`bid_kind.${value}`) }))} />
          </Form.Item>
          <MomentItem name="bidUntil" label={t('load.bidUntil')} />
        </>
      )}
      {mode === 'standing' && (
        <ScaledItem
          name="tripsADay"
          label={t('load.tripsADay')}
          scale={0}
          unit={t('unit.trips')}
          min={1}
          max={1000}
          required
        />
      )}
      {isOwn && (
        <>
          <ScaledItem name="shipperMilliFen" label={t('load.shipperPrice')} scale={priceScale} unit={yuan} required />
          {mayDispatch(me) && (
            <ScaledItem
              name="carrierMilliFen"
              label={mode === 'bid' ? t('load.ceiling') : t('load.carrierPrice')}
              scale={priceScale}
              unit={yuan}
              required={mode !== 'bid'}
              {...(mode === 'bid' ? { extra: t('load.ceiling_extra') } : {})}
            />
          )}
          {mayDispatch(me) ? (
            <TermsPick name="terms" label={t('field.terms')} required />
          ) : (
            <Form.Item name="terms" hidden>
              <input />
            </Form.Item>
          )}
        </>
      )}
      <div className="freight-pair">
        <MomentItem name="loadFrom" label={t('load.loadFrom')} />
        <MomentItem name="loadUntil" label={t('load.loadUntil')} />
      </div>
      <div className="freight-pair">
        <TextItem name="consignee" label={t('field.consignee')} max={256} required />
        <TextItem name="consigneePhone" label={t('field.consigneePhone')} max={18} />
      </div>
      <details className="freight-more">
        <summary>{t('load.more')}</summary>
        {measure !== 'truck' && (
          <ScaledItem
            name="truckPlan"
            label={t('load.truckPlan')}
            scale={quantityScale[measure]}
            unit={t(`measure.${measure}`)}
            min={1}
            extra={t('load.truckPlan_extra')}
          />
        )}
        <ScaledItem name="overBp" label={t('load.over')} scale={percentScale} unit="%" max={1000} />
        {isOwn && (
          <ScaledItem name="goodsMilliFen" label={t('load.goodsPrice')} scale={priceScale} unit={t('yuan_per.ton')} />
        )}
        <WholeItem name="offerMinutes" label={t('load.offerMinutes')} max={1_440} unit={t('unit.minutes')} />
        <TextItem name="remark" label={t('field.remark')} max={256} rows={2} />
      </details>
    </>
  )
}
