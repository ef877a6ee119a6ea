import { useQuery } from '@tanstack/react-query'
import { Button, Form, Input } from 'antd'
import {
  useText,
  type Choice,
  ChoiceItem,
  DayItem,
  FilesItem,
  ScaledItem,
  TagsItem,
  TextItem,
  WholeItem,
  fileIds,
} from '@tingzhou/ui'
import type { ReactNode } from 'react'
import type { MoveName } from '../shipment/shipment-contract.ts'
import { currencies, documentKinds, holdDecisions } from '../words.ts'
import { api, type ShipmentDetail } from './api.ts'
import { LotItem, WaybillItem } from './items.tsx'
import { moneyScale, rateScale } from './scaled.ts'

type Values = Readonly<Record<string, unknown>>
type MoveForm = {
  readonly Fields: (props: { readonly shipment: ShipmentDetail }) => ReactNode
  readonly initial?: (shipment: ShipmentDetail, item: string | null) => Values
  /** Where the form's values are not the move's fields. */
  readonly convert?: (values: Values, shipment: ShipmentDetail) => Values
}

const useChoices = (prefix: string, values: readonly string[]): readonly Choice[] => {
  const t = useText('crossborder')
  return values.map((value) => ({ value, label: t(`${prefix}.${value}`) }))
}

function Reason() {
  const t = useText('crossborder')
  return <TextItem name="reason" label={t('field.why')} max={500} rows={3} required />
}
function Photos() {
  const t = useText('crossborder')
  return <FilesItem name="photos" label={t('hand_over.photos')} photos />
}
function Place() {
  const t = useText('crossborder')
  return <TextItem name="place" label={t('hand_over.place')} max={120} required />
}
function Crew() {
  const t = useText('crossborder')
  return (
    <>
      <TextItem name="carrier" label={t('leg.carrier')} max={120} required />
      <div className="crossborder-pair">
        <TextItem name="vehicle" label={t('leg.vehicle')} max={60} required />
        <TextItem name="driver" label={t('leg.driver')} max={60} />
      </div>
    </>
  )
}
function Seals({ extra }: { readonly extra?: string }) {
  const t = useText('crossborder')
  return <TagsItem name="seals" label={t('seal.numbers')} extra={extra ?? t('seal.extra')} />
}
const withPhotos = ({ photos, ...values }: Values): Values => ({ ...values, photoIds: fileIds(photos) })
const sealed = (values: Values): Values => ({ seals: [], ...withPhotos(values) })

function PaperItems({ dated = true }: { readonly dated?: boolean }) {
  const t = useText('crossborder')
  return (
    <>
      <TextItem name="number" label={t('doc.number')} max={60} required />
      <TextItem name="issuer" label={t('doc.issuer')} max={120} />
      {dated && (
        <div className="crossborder-pair">
          <DayItem name="validFrom" label={t('doc.from')} />
          <DayItem name="validTo" label={t('doc.to')} />
        </div>
      )}
      <FilesItem name="files" label={t('doc.files')} />
    </>
  )
}
const paperOf = ({ files, issuer, validFrom, validTo, ...values }: Values): Values => ({
  ...values,
  issuer: issuer ?? '',
  validFrom: validFrom ?? null,
  validTo: validTo ?? null,
  fileIds: fileIds(files),
})

const nothing: MoveForm = { Fields: () => null }
const reason: MoveForm = { Fields: () => <Reason /> }

/** What each move asks for. */
export const moveForms: Readonly<Record<MoveName, MoveForm>> = {
  lots: {
    Fields: function Lots({ shipment }) {
      const t = useText('crossborder')
      return (
        <Form.List name="lots">
          {(fields, { add, remove }) => (
            <fieldset className="tz-fieldset">
              <legend>{t('tab.lots')}</legend>
              {fields.map(({ key, name }) => (
                <div key={key} className="crossborder-lot">
                  <LotItem
                    name={[name, 'lotId']}
                    label={t('lot.one')}
                    exporterId={shipment.exporter.id}
                    sku={shipment.sku}
                    required
                  />
                  <WholeItem name={[name, 'pieces']} label={t('field.pieces')} required />
                  <Button onClick={() => remove(name)}>{t('verb.remove')}</Button>
                </div>
              ))}
              <Button onClick={() => add({})}>{t('lot.add')}</Button>
            </fieldset>
          )}
        </Form.List>
      )
    },
    initial: (shipment) => ({
      lots:
        shipment.lots.length > 0
          ? shipment.lots.map(({ id, pieces }) => ({ lotId: id, pieces }))
          : [{ pieces: shipment.pieces }],
    }),
  },
  document: {
    Fields: function Document() {
      const t = useText('crossborder')
      return (
        <>
          <ChoiceItem name="kind" label={t('doc.kind')} options={useChoices('document', documentKinds)} required />
          <PaperItems />
          <WholeItem name="pieces" label={t('doc.pieces')} extra={t('doc.pieces_extra')} />
        </>
      )
    },
    initial: (_shipment, item) => ({ kind: item ?? undefined }),
    convert: ({ pieces, ...values }) => ({ ...paperOf(values), pieces: pieces ?? null }),
  },
  check_document: {
    Fields: function Check({ shipment }) {
      const t = useText('crossborder')
      const id = Form.useWatch<string | undefined>('documentId', { preserve: true })
      const one = shipment.documents.find((paper) => paper.id === id)
      return (
        <>
          <Form.Item name="documentId" hidden>
            <Input />
          </Form.Item>
          {one && <p>{`${t(`document.${one.kind}`)} ${one.number} · ${t('doc.put_by')} ${one.putBy}`}</p>}
          <ChoiceItem
            name="verdict"
            label={t('doc.verdict')}
            options={useChoices('stand', ['checked', 'refused'])}
            radio
            required
          />
          <TextItem name="words" label={t('doc.words')} max={500} rows={2} />
        </>
      )
    },
    initial: (_shipment, item) => ({ documentId: item ?? '', verdict: 'checked' }),
    convert: ({ words, ...values }) => ({ ...values, words: words ?? '' }),
  },
  load: {
    Fields: function Load({ shipment }) {
      const t = useText('crossborder')
      return (
        <>
          <WholeItem name="pieces" label={t('shipment.loaded')} required />
          <Seals extra={t('seal.put_on')} />
          <Crew />
          <Place />
          <WaybillItem name="waybillId" label={t('shipment.waybill')} extra={t('shipment.waybill_extra')} />
          <Photos />
          {shipment.loadedPieces !== null && <Reason />}
        </>
      )
    },
    initial: ({ pieces, legs }) => ({ pieces, place: legs[0]?.from.name }),
    convert: ({ waybillId, driver, ...values }) => ({
      ...sealed(values),
      driver: driver ?? '',
      waybillId: waybillId ?? null,
    }),
  },
  seal: {
    Fields: function Seal() {
      const t = useText('crossborder')
      return (
        <>
          <TagsItem name="removed" label={t('seal.remove')} />
          <TagsItem name="applied" label={t('seal.apply')} />
          <Photos />
          <Reason />
        </>
      )
    },
    convert: (values) => ({ removed: [], applied: [], ...withPhotos(values) }),
  },
  complete: nothing,
  declare: { Fields: () => <PaperItems dated={false} />, convert: paperOf },
  inspect: {
    Fields: function Inspect() {
      const t = useText('crossborder')
      return (
        <>
          <ChoiceItem
            name="result"
            label={t('inspect.result')}
            options={useChoices('inspection', ['passed', 'failed'])}
            radio
            required
          />
          <TextItem name="inspector" label={t('inspect.inspector')} max={60} required />
          <Place />
          <TextItem name="words" label={t('inspect.words')} max={500} rows={3} />
          <Photos />
        </>
      )
    },
    initial: ({ legs }) => ({ result: 'passed', place: legs[1]?.from.name }),
    convert: ({ words, ...values }) => ({ ...withPhotos(values), words: words ?? '' }),
  },
  release: {
    Fields: function Release() {
      const t = useText('crossborder')
      return <TextItem name="reference" label={t('shipment.release_reference')} max={60} required />
    },
  },
  hand_over: {
    Fields: function HandOver() {
      const t = useText('crossborder')
      return (
        <>
          <ChoiceItem
            name="point"
            label={t('hand_over.point')}
            options={useChoices('point', ['yard', 'border'])}
            radio
            required
          />
          <Seals />
          <Crew />
          <Place />
          <Photos />
        </>
      )
    },
    initial: ({ state, legs }) => ({
      point: state === 'crossed' ? 'border' : 'yard',
      place: legs[state === 'crossed' ? 2 : 1]?.from.name,
    }),
    convert: ({ driver, ...values }) => ({ ...sealed(values), driver: driver ?? '' }),
  },
  cross: {
    Fields: () => (
      <>
        <Seals />
        <Place />
        <Photos />
      </>
    ),
    initial: ({ legs }) => ({ place: legs[1]?.to.name }),
    convert: sealed,
  },
  arrive: {
    Fields: () => (
      <>
        <Seals />
        <Place />
        <Photos />
      </>
    ),
    initial: ({ warehouse }) => ({ place: warehouse.name }),
    convert: sealed,
  },
  receive: {
    Fields: function Receive({ shipment }) {
      const t = useText('crossborder')
      const warehouse = useQuery(api.warehouses.get.queryOptions({ input: { id: shipment.warehouse.id } }))
      return (
        <>
          <ChoiceItem
            name="area"
            label={t('stock.area')}
            options={(warehouse.data?.areas ?? []).map((value) => ({ value, label: value }))}
            required
          />
          <TextItem name="document" label={t('movement.document')} max={60} required />
          {shipment.lots.map((lot) => (
            <fieldset key={lot.id} className="tz-fieldset">
              <legend>{`${lot.number} · ${lot.pieces}`}</legend>
              <div className="crossborder-pair">
                <WholeItem
                  name={['lots', lot.id, 'received']}
                  label={t('receive.received')}
                  min={0}
                  max={lot.pieces}
                  required
                />
                <WholeItem
                  name={['lots', lot.id, 'damaged']}
                  label={t('receive.damaged')}
                  min={0}
                  max={lot.pieces}
                  required
                />
              </div>
            </fieldset>
          ))}
          <ChoiceItem
            name="currency"
            label={t('field.currency')}
            options={currencies.map((value) => ({ value, label: value }))}
            required
          />
          <div className="crossborder-pair">
            <ScaledItem name="priceMinor" label={t('field.price')} scale={moneyScale} required />
            <ScaledItem name="rateMilli" label={t('field.rate')} scale={rateScale} required />
          </div>
        </>
      )
    },
    initial: ({ lots, currency, priceMinor }) => ({
      currency,
      priceMinor,
      ...(currency === 'CNY' ? { rateMilli: 1_000 } : {}),
      lots: Object.fromEntries(lots.map(({ id, pieces }) => [id, { received: pieces, damaged: 0 }])),
    }),
    convert: ({ lots, ...values }, shipment) => {
      // The form names each lot by its id.
      const counted = (lots ?? {}) as Readonly<Record<string, { readonly received: number; readonly damaged: number }>>
      return {
        ...values,
        lots: shipment.lots.map(({ id }) => ({ lotId: id, ...counted[id] })),
      }
    },
  },
  deliver: {
    Fields: function Deliver() {
      const t = useText('crossborder')
      return (
        <>
          <TextItem name="signer" label={t('deliver.signer')} max={60} required />
          <Photos />
        </>
      )
    },
    convert: withPhotos,
  },
  hold: reason,
  decide: {
    Fields: function Decide({ shipment }) {
      const t = useText('crossborder')
      const fit = holdDecisions.filter((decision) => fits(decision, shipment.heldFrom))
      return (
        <>
          <ChoiceItem
            name="decision"
            label={t('decide.decision')}
            options={useChoices('decision', fit)}
            radio
            required
          />
          <TextItem name="words" label={t('decide.words')} max={500} rows={3} required />
        </>
      )
    },
  },
  cancel: reason,
}

/** What may be decided where a shipment was stopped; the server says the same. Pure. O(1). */
function fits(decision: (typeof holdDecisions)[number], heldFrom: string | null): boolean {
  if (decision === 'send_back') return true
  if (decision === 'inspect_again') return heldFrom !== 'crossed'
  return heldFrom === 'released' || heldFrom === 'crossed'
}
