import './target.css'
import { useQuery } from '@tanstack/react-query'
import {
  formatMoney,
  formatNumber,
  localDateOf,
  ObjectPage,
  PlainTable,
  unitWord,
  useLive,
  useText,
  When,
} from '@tingzhou/ui'
import { Link, useParams } from 'react-router'
import { rankParts } from '../../target/words.ts'
import { api } from '../api.ts'
import { useNamed } from '../map/named.ts'
import { placeOf, type LineDetail } from './api.ts'
import { LinePlants } from './fits.tsx'
import { LineVerb } from './lines.tsx'
import { ListTag, TargetTag, ValueText } from './tags.tsx'

/** One line: what it is worth and by which numbers, who buys, who might come, where it could stand. */
export function LinePage() {
  const t = useText('chains')
  const named = useNamed()
  const { key = '' } = useParams()
  const query = useQuery(api.lines.get.queryOptions({ input: { key } }))
  useLive({ kinds: ['chain_run', 'chain_target'], keys: [api.lines.key()] })
  const line = query.data
  if (!line)
    return (
      <ObjectPage
        title={t('chain_line.one')}
        loading={query.isPending}
        problem={query.error}
        onRetry={() => void query.refetch()}
      />
    )
  return (
    <ObjectPage
      title={`${t(`chain_line.list.${line.list}`)} · ${named(line.product)}`}
      state={
        <>
          <ListTag list={line.list} /> {line.isGone && <span className="tz-caption">{t('chain_line.gone')}</span>}
        </>
      }
      primary={<LineVerb line={line} primary />}
      facts={[
        { label: t('chain_line.value'), value: <ValueText fen={line.valueFen} isRounded={line.isRounded} /> },
        {
          label: t('chain_line.chain'),
          value: <Link to={placeOf.chain(line.chain.code)}>{`${line.chain.code} ${named(line.chain)}`}</Link>,
        },
        { label: t('chain_line.segment'), value: named(line.segment) },
        { label: t('chain_line.reckoned'), value: <When at={line.reckonedAt} /> },
        { label: t('chain_line.first'), value: <When at={line.firstAt} /> },
        ...(line.weaknesses.length === 0
          ? []
          : [
              {
                label: t('chain_line.weaknesses'),
                value: line.weaknesses.map((one) => t(`chain_line.weakness.${one}`)).join(t('chain_line.comma')),
              },
            ]),
        ...(line.from === null ? [] : [{ label: t('chain_line.from'), value: named(line.from) }]),
      ]}
      tabs={[
        { key: 'formula', label: t('chain_line.formula'), children: <Formula line={line} /> },
        { key: 'buyers', label: t('chain_line.buyers'), children: <Buyers line={line} /> },
        { key: 'candidates', label: t('chain_line.candidates'), children: <Candidates line={line} /> },
        { key: 'plants', label: t('plant.fit_title'), children: <LinePlants lineKey={line.key} /> },
        { key: 'targets', label: t('target.title'), children: <Targets line={line} /> },
      ]}
      problem={query.error}
      onRetry={() => void query.refetch()}
    />
  )
}

const moneyParts: ReadonlySet<string> = new Set([
  'outsideFen',
  'localFen',
  'priceFen',
  'inputsFen',
  'addedFen',
  'riskFen',
])
const shareParts: ReadonlySet<string> = new Set(['marginShare', 'potential', 'actual', 'utilisation'])
const unitParts: ReadonlySet<string> = new Set(['need', 'capacity', 'missing', 'mes', 'surplus', 'output'])

/** The numbers in the order of their formulas. */
const partOrder =
  'need capacity missing surplus coefficient output potential actual outsideFen localFen priceFen marginShare inputsFen addedFen riskFen'.split(
    ' ',
  )
const placeIn = (name: string): number => (partOrder.includes(name) ? partOrder.indexOf(name) : partOrder.length)

/** A number of a formula with its unit. Pure. */
function partText(name: string, value: number, unit: string): string {
  if (moneyParts.has(name)) return formatMoney(Math.round(value))
  if (shareParts.has(name)) return `${formatNumber(value * 100, 2)} %`
  return unitParts.has(name) ? `${formatNumber(value)} ${unitWord(unit)}` : formatNumber(value)
}

function Formula({ line }: { readonly line: LineDetail }) {
  const t = useText('chains')
  const named = useNamed()
  const { unit } = line.product
  return (
    <>
      <p className="target-formula">{t(`chain_line.formula_of.${line.list}`)}</p>
      {line.isRounded && <p className="tz-second">{t('chain_line.rounded', { n: line.kMin })}</p>}
      <PlainTable
        name={t('chain_line.formula')}
        empty={t('chain_line.no_value')}
        head={[t('chain_line.part_name'), t('chain_line.part_value')]}
        rows={Object.entries(line.parts)
          .toSorted(([a], [b]) => placeIn(a) - placeIn(b))
          .map(([name, value]) => ({
            key: name,
            cells: [
              t(`chain_line.part.${name}`),
              <span key="value" className="tz-number">
                {partText(name, value, name === 'surplus' && line.from ? line.from.unit : unit)}
              </span>,
            ],
          }))}
      />
      {line.inputs.length > 0 && (
        <>
          <h2 className="target-heading">{t('chain_line.inputs')}</h2>
          <PlainTable
            name={t('chain_line.inputs')}
            empty={t('chain_line.no_inputs')}
            head={[
              t('chain_line.product'),
              t('chain_line.input_units'),
              t('chain_line.input_needed'),
              t('chain_line.input_local'),
            ]}
            rows={line.inputs.map(({ product, units, needed, isLocal }) => ({
              key: product.code,
              cells: [
                named(product),
                `${formatNumber(units)} ${unitWord(product.unit)}`,
                `${formatNumber(needed)} ${unitWord(product.unit)}`,
                isLocal ? t('chain_line.is_local') : t('chain_line.not_local'),
              ],
            }))}
          />
        </>
      )}
      <h2 className="target-heading">{t('chain_line.values')}</h2>
      <PlainTable
        name={t('chain_line.values')}
        empty={t('chain_line.no_value')}
        head={[t('chain_line.reckoned'), t('chain_line.value')]}
        rows={line.values.toReversed().map(({ at, valueFen }) => ({
          key: String(at),
          cells: [localDateOf(at), <ValueText key="value" fen={valueFen} isRounded={line.isRounded} />],
        }))}
      />
    </>
  )
}

function Buyers({ line }: { readonly line: LineDetail }) {
  const t = useText('chains')
  const unit = unitWord(line.product.unit)
  return (
    <>
      <p>
        {line.buyersVolume === null
          ? t(line.buyerFirms.length === 0 ? 'chain_line.no_buyers' : 'chain_line.few_buyers', { n: line.kMin })
          : t('chain_line.buyers_volume', { volume: formatNumber(line.buyersVolume), unit })}
      </p>
      <PlainTable
        name={t('chain_line.buyers')}
        empty={t('chain_line.no_buyers')}
        head={[t('chain_line.firm')]}
        rows={line.buyerFirms.map(({ id, name }) => ({
          key: id,
          cells: [
            <Link key="firm" to={placeOf.firm(id)}>
              {name}
            </Link>,
          ],
        }))}
      />
    </>
  )
}

function Candidates({ line }: { readonly line: LineDetail }) {
  const t = useText('chains')
  return (
    <>
      <p className="tz-second">
        {t('chain_line.rank_means')}{' '}
        {rankParts
          .map((part) => `${t(`chain_line.rank.${part}`)} × ${formatNumber(line.weights[part] ?? 0)}`)
          .join(' + ')}
      </p>
      <PlainTable
        name={t('chain_line.candidates')}
        empty={t('chain_line.no_candidates')}
        head={[
          t('chain_line.firm'),
          t('chain_line.rank_total'),
          ...rankParts.map((part) => t(`chain_line.rank.${part}`)),
        ]}
        rows={line.candidateFirms.map(({ id, name, rank, parts }) => ({
          key: id,
          cells: [
            <Link key="firm" to={placeOf.firm(id)}>
              {name}
            </Link>,
            formatNumber(rank, 2),
            ...rankParts.map((part) => formatNumber(parts[part] ?? 0, 2)),
          ],
        }))}
      />
    </>
  )
}

function Targets({ line }: { readonly line: LineDetail }) {
  const t = useText('chains')
  return (
    <PlainTable
      name={t('target.title')}
      empty={t('chain_line.no_targets')}
      head={[t('target.owner'), t('target.stage'), t('target.deadline')]}
      rows={line.targets.map(({ id, state, ownerName, deadline }) => ({
        key: id,
        cells: [
          <Link key="target" to={placeOf.target(id)}>
            {ownerName}
          </Link>,
          <TargetTag key="state" state={state} />,
          deadline,
        ],
      }))}
    />
  )
}
