import { formatNumber, OpenFormButton, PlainTable, StateTag, useText, When } from '@tingzhou/ui'
import { Link } from 'react-router'
import { ruleSteps } from '../words.ts'
import type { ShipmentDetail } from './api.ts'
import { LegMap } from './leg-map.tsx'
import { useSurface } from './surface.ts'
import { InspectionTag, StandTag } from './tags.tsx'

type Props = { readonly shipment: ShipmentDetail }
type FileRef = { readonly id: string; readonly name: string }

function Files({ files }: { readonly files: readonly FileRef[] }) {
  if (files.length === 0) return '–'
  return files.map(({ id, name }, index) => (
    <span key={id}>
      {index > 0 && ' · '}
      <a href={`/api/v1/files/${id}`} target="_blank" rel="noreferrer">
        {name}
      </a>
    </span>
  ))
}

/** What stands before the crossing, as a plain list with what to do. */
export function Blocks({ shipment }: Props) {
  const t = useText('crossborder')
  const { findings, state } = shipment
  const beyond = ['crossed', 'arrived', 'received', 'delivered', 'returned', 'cancelled'].includes(state)
  if (beyond) return <p>{t('blocks.beyond')}</p>
  if (findings.length === 0) return <p>{t('blocks.none')}</p>
  return (
    <>
      <p className="tz-second">{t('blocks.intro')}</p>
      <ul className="crossborder-blocks" aria-label={t('tab.blocks')}>
        {findings.map((finding) => (
          <li key={`${finding.code} ${finding.field}`}>
            {finding.result === 'block' ? (
              <StateTag tone="bad" shape="diamond">
                {t('blocks.block')}
              </StateTag>
            ) : (
              <StateTag tone="attention" shape="triangle">
                {t('blocks.warn')}
              </StateTag>
            )}
            <span>
              {t(
                `finding.${finding.code === 'counts_equal' && finding.kind === null ? 'counts_equal_none' : finding.code}`,
                {
                  document: finding.kind === null ? '' : t(`document.${finding.kind}`),
                  lot: finding.field.startsWith('lots.') ? (finding.field.split('.')[1] ?? '') : '',
                  value: valueWords(finding.value, t),
                  limit: finding.limit ?? '–',
                },
              )}{' '}
              <span className="tz-caption">{t('blocks.before', { step: t(`step.${finding.step}`) })}</span>
            </span>
          </li>
        ))}
      </ul>
    </>
  )
}

function valueWords(value: string | number | null, t: (key: string) => string): string {
  if (value === null) return '–'
  if (typeof value === 'number') return formatNumber(value)
  return value === 'pending' || value === 'failed' ? t(`inspection.${value}`) : value
}

/** The document set: what is needed, what is in hand, who checked it. */
export function Documents({ shipment }: Props) {
  const t = useText('crossborder')
  const may = (move: string) => shipment.moves.find((one) => one.move === move)
  const refused = (move: string) => {
    const offer = may(move)
    if (!offer) return t('move_reason.not_now')
    return offer.reason === null ? null : t(`move_reason.${offer.reason}`)
  }
  return (
    <>
      <PlainTable
        name={t('tab.documents')}
        empty={t('document_none')}
        head={[t('doc.kind'), t('doc.stand'), t('doc.says'), t('field.verbs')]}
        rows={inOrder(shipment.documents).map((one) => ({
          key: one.kind,
          cells: [
            <span key="kind">
              {t(`document.${one.kind}`)}
              {one.required && one.step !== null && (
                <span className="tz-caption"> {t('blocks.before', { step: t(`step.${one.step}`) })}</span>
              )}
            </span>,
            one.id === null && !one.required ? (
              <span key="none" className="tz-second">
                {t('doc.optional')}
              </span>
            ) : (
              <span key="stand">
                <StandTag stand={one.stand} />
                <br />
                <span className="tz-caption">
                  {[one.checkedBy, one.words].filter((words) => words !== '').join(' · ')}
                </span>
              </span>
            ),
            one.id === null ? '–' : <Says key="says" one={one} />,
            <span key="verbs" className="tz-verbs">
              <OpenFormButton name="document" item={one.kind} size="small" reason={refused('document')}>
                {one.id === null ? t('doc.put') : t('doc.replace')}
              </OpenFormButton>
              {one.id !== null && one.stand !== 'checked' && (
                <OpenFormButton name="check_document" item={one.id} size="small" reason={refused('check_document')}>
                  {t('doc.check')}
                </OpenFormButton>
              )}
            </span>,
          ],
        }))}
      />
      {shipment.olderDocuments.length > 0 && (
        <>
          <h3 className="crossborder-heading">{t('doc.older')}</h3>
          <PlainTable
            name={t('doc.older')}
            empty=""
            head={[t('doc.kind'), t('doc.number'), t('doc.put_by'), t('field.at')]}
            rows={shipment.olderDocuments.map((one) => ({
              key: one.id,
              cells: [t(`document.${one.kind}`), one.number, one.putBy, <When key="at" at={one.putAt} />],
            }))}
          />
        </>
      )}
    </>
  )
}

type Paper = ShipmentDetail['documents'][number]

/** What is needed or there comes first, in the order of the steps. Pure. */
function inOrder(documents: readonly Paper[]): readonly Paper[] {
  const place = ({ required, id, step }: Paper) =>
    (required || id !== null ? 0 : 10) + (step === null ? 9 : ruleSteps.indexOf(step))
  return documents.toSorted((a, b) => place(a) - place(b))
}

/** Number, issuer, term and pieces of a document. */
function Says({ one }: { readonly one: Paper }) {
  const t = useText('crossborder')
  const term = one.validFrom === null && one.validTo === null ? '' : `${one.validFrom ?? ''} – ${one.validTo ?? ''}`
  const pieces = one.pieces === null ? '' : t('doc.of_pieces', { pieces: formatNumber(one.pieces) })
  const rest = [one.issuer, term, pieces].filter((words) => words !== '').join(' · ')
  return (
    <>
      <span className="tz-mono">{one.number}</span>
      <br />
      <span className="tz-caption">{rest}</span> {one.files.length > 0 && <Files files={one.files} />}
    </>
  )
}

/** The lots with where they grew. */
export function Lots({ shipment }: Props) {
  const t = useText('crossborder')
  const at = useSurface()
  return (
    <PlainTable
      name={t('tab.lots')}
      empty={t('shipment.no_lot')}
      head={[
        t('lot.number'),
        t('field.pieces'),
        t('plot.one'),
        t('nursery.one'),
        t('nursery.registration'),
        t('lot.inspection'),
      ]}
      rows={shipment.lots.map((lot) => ({
        key: lot.id,
        cells: [
          <Link key="lot" to={at.lots.one(lot.id)}>
            {lot.number}
          </Link>,
          formatNumber(lot.pieces),
          lot.plot === null ? (
            '–'
          ) : (
            <Link key="plot" to={at.trace('plot', lot.plot.id)}>
              {lot.plot.name}
            </Link>
          ),
          lot.nursery === null ? (
            '–'
          ) : (
            <Link key="n" to={at.nurseries.one(lot.nursery.id)}>
              {lot.nursery.name}
            </Link>
          ),
          lot.nursery === null ? '–' : `${lot.nursery.registration} → ${lot.nursery.validTo}`,
          <InspectionTag key="i" inspection={lot.inspection} />,
        ],
      }))}
    />
  )
}

/** Seals, and who saw which at each hand-over. */
export function HandOvers({ shipment }: Props) {
  const t = useText('crossborder')
  return (
    <>
      <PlainTable
        name={t('seal.title')}
        empty={t('seal.none')}
        head={[t('seal.number'), t('seal.applied'), t('seal.removed')]}
        rows={shipment.seals.map((one) => ({
          key: one.id,
          cells: [
            <span key="n" className="tz-mono">
              {one.number}
            </span>,
            <span key="a">
              <When at={one.appliedAt} /> {one.appliedBy}
            </span>,
            one.removedAt === null ? (
              t('seal.on')
            ) : (
              <span key="r">
                <When at={one.removedAt} /> {one.removedBy} {one.why}
              </span>
            ),
          ],
        }))}
      />
      <h3 className="crossborder-heading">{t('hand_over.title')}</h3>
      <PlainTable
        name={t('hand_over.title')}
        empty={t('hand_over.none')}
        head={[
          t('hand_over.point'),
          t('field.at'),
          t('hand_over.place'),
          t('hand_over.to'),
          t('seal.seen'),
          t('hand_over.by'),
          t('hand_over.photos'),
        ]}
        rows={shipment.handOvers.map((one) => ({
          key: one.id,
          cells: [
            t(`point.${one.point}`),
            <When key="at" at={one.at} />,
            one.place,
            one.carrier === '' ? '–' : `${one.carrier} ${one.vehicle} ${one.driver}`,
            one.differs ? (
              <StateTag key="s" tone="bad" shape="diamond">
                {t('seal.differs', { due: one.sealsDue.join(' '), seen: one.sealsSeen.join(' ') })}
              </StateTag>
            ) : (
              <StateTag key="s" tone="good" shape="check">
                {one.sealsSeen.join(' ')}
              </StateTag>
            ),
            one.by,
            <Files key="f" files={one.photos} />,
          ],
        }))}
      />
    </>
  )
}

/** The chain of legs, on a map and as a table. */
export function Legs({ shipment }: Props) {
  const t = useText('crossborder')
  return (
    <>
      <LegMap legs={shipment.legs} />
      <PlainTable
        name={t('tab.legs')}
        empty="–"
        head={[t('leg.kind'), t('leg.way'), t('leg.carrier'), t('leg.began'), t('leg.ended')]}
        rows={shipment.legs.map((leg) => ({
          key: String(leg.seq),
          cells: [
            `${leg.seq} · ${t(`leg_kind.${leg.kind}`)}`,
            `${leg.from.name} → ${leg.to.name}`,
            `${leg.carrier} ${leg.vehicle} ${leg.driver}`.trim() || '–',
            leg.beganAt === null ? '–' : <When key="b" at={leg.beganAt} />,
            leg.endedAt === null ? '–' : <When key="e" at={leg.endedAt} />,
          ],
        }))}
      />
    </>
  )
}
