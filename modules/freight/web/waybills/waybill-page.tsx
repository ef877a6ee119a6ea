import { useQuery } from '@tanstack/react-query'
import {
  CaseCard,
  formatMoney,
  formatNumber,
  ObjectPage,
  PlainTable,
  StateStepper,
  useLive,
  useMe,
  useText,
  When,
  type Fact,
} from '@tingzhou/ui'
import { Link, useParams } from 'react-router'
import { endStates } from '../../words.ts'
import { shownNumber } from '../../waybill/shown-number.ts'
import { api } from '../api.ts'
import { useCodes } from '../codes.ts'
import type { WaybillDetail } from './api.ts'
import { carriesFor } from '../carriage/rights.ts'
import { useReturnsTab } from '../chain/returns.tsx'
import { formatPrice, formatQuantity } from '../carriage/scaled.ts'
import { useSurface } from '../carriage/surface.ts'
import { useSlotFacts } from '../dock/slots.tsx'
import { WaybillOpinions } from '../opinions/of-waybill.tsx'
import { SyntheticMark } from '../tags.tsx'
import { useUploadTab } from '../uploads/upload-tab.tsx'
import { Audit } from './audit.tsx'
import { MoveForms, WaybillVerbs } from './moves.tsx'
import { Money } from './money.tsx'
import { WaybillProcess } from './process.tsx'
import { Proofs } from './proofs.tsx'
import { SignLink } from './sign-link.tsx'
import { waybillSteps } from './steps.ts'
import { WaybillStateTag } from './tags.tsx'
import { WaybillTrail } from './trail.tsx'

/** One waybill: where the truck is, who must act, what proves it, what it comes to. */
export function WaybillPage() {
  const t = useText('freight')
  const { id = '' } = useParams()
  const me = useMe()
  const query = useQuery(api.waybills.get.queryOptions({ input: { id } }))
  useLive({ kinds: ['freight_waybill'], objectId: id, keys: [api.waybills.key(), api.settlements.key()] })
  const facts = useFacts(query.data)
  const uploads = useUploadTab(id)
  const returns = useReturnsTab(query.data)
  const waybill = query.data
  if (!waybill)
    return (
      <ObjectPage
        title={t('waybill.one')}
        loading={query.isPending}
        problem={query.error}
        onRetry={() => void query.refetch()}
      />
    )
  const open = !endStates.some((state) => state === waybill.state)
  const mayBeSigned = byDriver.has(waybill.state) && waybill.state !== 'offered'
  return (
    <>
      <ObjectPage
        title={t('load.of', { goods: waybill.goods, from: waybill.from.name, to: waybill.to.name })}
        id={shownNumber(waybill)}
        state={
          <>
            <WaybillStateTag state={waybill.state} /> <SyntheticMark when={waybill.synthetic} />
          </>
        }
        primary={<WaybillVerbs waybill={waybill} />}
        verbs={mayBeSigned && carriesFor(me, waybill.carrier.id) && <SignLink waybill={waybill} />}
        strip={
          <CaseCard
            owner={open ? ownerOf(waybill, t) : { name: t('waybill.closed') }}
            clock={{
              state: waybill.dueAt === null ? 'none' : open ? 'running' : 'done',
              dueAt: waybill.dueAt,
              basis: 'calendar',
            }}
            next={t(`waybill_next.${waybill.state}`)}
          />
        }
        facts={facts}
        steps={<StateStepper steps={waybillSteps(waybill, t)} />}
        tabs={[
          { key: 'proofs', label: t('waybill.proofs'), children: <Proofs waybill={waybill} /> },
          ...returns,
          { key: 'audit', label: t('waybill.audit'), children: <Audit waybill={waybill} /> },
          { key: 'money', label: t('waybill.money'), children: <Money waybill={waybill} /> },
          ...uploads,
          { key: 'disputes', label: t('waybill.disputes'), children: <Disputes waybill={waybill} /> },
          { key: 'opinions', label: t('rating.and_complaints'), children: <WaybillOpinions waybill={waybill} /> },
          { key: 'process', label: t('waybill.process'), children: <WaybillProcess id={waybill.id} /> },
        ]}
        trail={<WaybillTrail id={waybill.id} />}
        problem={query.error}
        onRetry={() => void query.refetch()}
      />
      <MoveForms waybill={waybill} />
    </>
  )
}

const byDriver: ReadonlySet<string> = new Set([
  'offered',
  'accepted',
  'at_load',
  'loaded',
  'in_transit',
  'at_unload',
  'unloaded',
  'accident',
])

/** Who has it now. */
function ownerOf({ state, carrier, driver }: WaybillDetail, t: (key: string) => string) {
  if (byDriver.has(state)) return { name: carrier.name, person: driver.name }
  return { name: t(state === 'signed' || state === 'disputed' ? 'waybill.by_audit' : 'waybill.by_finance') }
}

function useFacts(waybill: WaybillDetail | undefined): readonly Fact[] {
  const t = useText('freight')
  const at = useSurface()
  const insurers = useCodes('insurer')
  const slots = useSlotFacts(waybill?.slots ?? [])
  if (!waybill) return []
  const { measure, loadNetKg, unloadNetKg, distanceM } = waybill
  const price = (label: string, value: number | null): readonly Fact[] =>
    value === null ? [] : [{ label, value: t(`per.${measure}`, { price: formatPrice(value) }) }]
  const money = (label: string, value: number | null): readonly Fact[] =>
    value === null ? [] : [{ label, value: formatMoney(value) }]
  const tons = (kg: number) => `${formatQuantity(kg, 'ton')} t`
  return [
    { label: t('load.one'), value: <Link to={at.load(waybill.loadId)}>{waybill.loadNumber}</Link> },
    { label: t('field.shipper'), value: waybill.shipper.name },
    { label: t('field.consignee'), value: waybill.consignee.name },
    { label: t('field.carrier'), value: waybill.carrier.name },
    { label: t('driving.driver'), value: waybill.driver.name },
    { label: t('field.plate'), value: <span className="tz-mono">{waybill.plate}</span> },
    { label: t('load.plan'), value: `${formatQuantity(waybill.plan, measure)} ${t(`measure.${measure}`)}` },
    ...slots,
    ...(loadNetKg === null ? [] : [{ label: t('waybill.load_net'), value: tons(loadNetKg) }]),
    ...(unloadNetKg === null ? [] : [{ label: t('waybill.unload_net'), value: tons(unloadNetKg) }]),
    ...(loadNetKg === null || unloadNetKg === null
      ? []
      : [{ label: t('waybill.loss'), value: `${formatNumber(loadNetKg - unloadNetKg)} kg` }]),
    ...(distanceM === null
      ? []
      : [{ label: t('waybill.distance'), value: `${formatNumber(Math.round(distanceM / 1_000))} km` }]),
    { label: t('policy.title'), value: insuranceText(waybill, insurers.name) ?? t('waybill.uninsured') },
    ...price(t('load.carrierPrice'), waybill.carrierMilliFen),
    ...price(t('load.shipperPrice'), waybill.shipperMilliFen),
    ...money(t('waybill.due'), waybill.dueFen),
    ...money(t('waybill.bill'), waybill.billFen),
    ...(waybill.signer === ''
      ? []
      : [
          { label: t('waybill.signer'), value: `${waybill.signer} · ${t(`sign_kind.${waybill.signedBy ?? 'photo'}`)}` },
        ]),
    ...(waybill.signCode === null ? [] : [{ label: t('waybill.sign_code'), value: waybill.signCode }]),
    ...(waybill.endReason === '' ? [] : [{ label: t('field.why'), value: waybill.endReason }]),
    ...waybill.legs.map((leg) => ({
      label: t('waybill.leg', { serial: leg.serial }),
      value: (
        <>
          <Link to={at.waybill(leg.id)}>{leg.serial}</Link> <WaybillStateTag state={leg.state} />
        </>
      ),
    })),
  ]
}

const insuranceText = ({ insurance }: WaybillDetail, nameOf: (code: string) => string): string | null =>
  insurance && `${nameOf(insurance.insurerCode)} · ${insurance.number} · ${formatMoney(insurance.sumFen)}`

function Disputes({ waybill }: { readonly waybill: WaybillDetail }) {
  const t = useText('freight')
  return (
    <PlainTable
      name={t('waybill.disputes')}
      empty={t('waybill.no_dispute')}
      head={[
        t('dispute.kind'),
        t('dispute.side'),
        t('dispute.words'),
        t('dispute.asked'),
        t('dispute.opened'),
        t('dispute.decision'),
      ]}
      rows={waybill.disputes.map((one) => ({
        key: one.id,
        cells: [
          t(`dispute_kind.${one.kind}`),
          t(`dispute_side.${one.side}`),
          one.words,
          formatMoney(one.askedFen),
          <When key="at" at={one.openedAt} />,
          one.decision === null
            ? '–'
            : `${t(`decision.${one.decision}`)}${one.upheldFen === null ? '' : ` ${formatMoney(one.upheldFen)}`} · ${one.decisionWords ?? ''}`,
        ],
      }))}
    />
  )
}
