import '../deal/deal.css'
import { useQuery } from '@tanstack/react-query'
import {
  ChoiceItem,
  FormBox,
  FormDrawer,
  FlagItem,
  formatMoney,
  formatNumber,
  ObjectPage,
  OpenFormButton,
  PlainTable,
  ScaledItem,
  TextItem,
  useCommand,
  useLive,
  useOpenForm,
  useText,
  VerbButton,
  When,
  WholeItem,
  HistoryTrail,
  unitWord,
} from '@tingzhou/ui'
import { Link, useParams } from 'react-router'
import { decimalsOf } from '../amount.ts'
import { api } from '../api.ts'
import { Invented, useWords } from '../posting/words.tsx'
import { useDeals } from '../deal/surface.ts'
import { RfqTag } from '../deal/tags.tsx'
import { answerInput, answerValues, type AnswerValues, type Rfq } from './values.ts'

type Changed = Awaited<ReturnType<typeof api.rfqs.cancel.call>>

/** One request: for the asker its answers in columns, for a firm that was asked its own answers. */
export function RfqPage() {
  const t = useText('market')
  const say = useWords()
  const { id = '' } = useParams()
  const query = useQuery(api.rfqs.get.queryOptions({ input: { id } }))
  // How it went is for the asker and those who read the market, as its suppliers are.
  const seesHistory = query.data !== undefined && query.data.suppliers !== null
  const history = useQuery({ ...api.rfqs.history.queryOptions({ input: { id } }), enabled: seesHistory })
  useLive({ kinds: ['market_rfq'], objectId: id, keys: [api.rfqs.key()] })
  const close = useCommand({ run: api.rfqs.close.call, invalidate: [api.rfqs.key()], success: t('deal.saved') })
  const rfq = query.data
  if (!rfq)
    return (
      <ObjectPage
        title={t('rfq.one')}
        loading={query.isPending}
        problem={query.error}
        onRetry={() => void query.refetch()}
      />
    )
  return (
    <>
      <ObjectPage
        title={rfq.title}
        id={rfq.number}
        state={
          <>
            <RfqTag state={rfq.state} /> <Invented when={rfq.synthetic} />
          </>
        }
        verbs={
          <>
            {rfq.mine.length > 0 && (
              <OpenFormButton name="answer" primary reason={rfq.isOver ? t('rfq.reason.over') : null}>
                {t('rfq.answer')}
              </OpenFormButton>
            )}
            {rfq.isMine && (
              <>
                <OpenFormButton
                  name="award"
                  primary
                  reason={rfq.state === 'closed' ? null : t('rfq.reason.not_closed')}
                >
                  {t('rfq.award')}
                </OpenFormButton>
                <VerbButton
                  reason={rfq.state === 'open' ? null : t('rfq.reason.over')}
                  loading={close.pending}
                  confirm={{ title: t('rfq.close_sure', { number: rfq.number }), verb: t('rfq.close') }}
                  onClick={() => void close.run({ id: rfq.id, rev: rfq.rev })}
                >
                  {t('rfq.close')}
                </VerbButton>
                <OpenFormButton
                  name="cancel"
                  reason={rfq.state === 'open' || rfq.state === 'closed' ? null : t('rfq.reason.over')}
                >
                  {t('rfq.cancel')}
                </OpenFormButton>
              </>
            )}
          </>
        }
        facts={[
          { label: t('rfq.asker'), value: rfq.asker.name },
          { label: t('rfq.closes'), value: <When at={rfq.closesAt} /> },
          { label: t('rfq.sealed'), value: t(rfq.isSealed ? 'rfq.yes' : 'rfq.no') },
          ...(rfq.asked === null ? [] : [{ label: t('rfq.answered'), value: `${rfq.answered ?? 0} / ${rfq.asked}` }]),
          ...(rfq.words === '' ? [] : [{ label: t('rfq.words'), value: rfq.words }]),
        ]}
        tabs={[
          ...(rfq.suppliers === null
            ? []
            : [{ key: 'compare', label: t('rfq.compare'), children: <Compare rfq={rfq} /> }]),
          ...(rfq.mine.length > 0 ? [{ key: 'own', label: t('rfq.own'), children: <Own rfq={rfq} /> }] : []),
          {
            key: 'lines',
            label: t('rfq.lines'),
            children: (
              <PlainTable
                name={t('rfq.lines')}
                empty=""
                head={[t('rfq.line_head'), t('rfq.product'), t('rfq.spec'), t('deal.quantity'), t('rfq.needed_by')]}
                rows={rfq.items.map((item) => ({
                  key: String(item.line),
                  cells: [
                    String(item.line),
                    say.product(item.product),
                    item.spec || '–',
                    say.count(item.quantity, { base: item.unitBase, unit: item.unit }),
                    item.neededBy ?? '–',
                  ],
                }))}
              />
            ),
          },
        ]}
        trail={
          seesHistory ? (
            <HistoryTrail rows={history.data?.rows} did="market:deal.did" nobody={t('deal.somebody')} />
          ) : undefined
        }
        problem={query.error}
        onRetry={() => void query.refetch()}
      />
      <FormDrawer name="answer" title={t('rfq.answer')}>
        <AnswerForm rfq={rfq} />
      </FormDrawer>
      <FormDrawer name="award" title={t('rfq.award')}>
        <AwardForm rfq={rfq} />
      </FormDrawer>
      <FormDrawer name="cancel" title={t('rfq.cancel')}>
        <CancelForm rfq={rfq} />
      </FormDrawer>
    </>
  )
}

/** Lines by firms: price, freight, delivered, lead time; a gap where nothing was said. On a narrow screen a card a line. */
function Compare({ rfq }: { readonly rfq: Rfq }) {
  const t = useText('market')
  const say = useWords()
  const { suppliers, comparison, items } = rfq
  if (!suppliers) return null
  if (rfq.isHidden)
    return (
      <>
        <p>{t('rfq.hidden')}</p>
        <SupplierTable rfq={rfq} />
      </>
    )
  if (!comparison || comparison.ways.length === 0)
    return (
      <>
        <p>{t(rfq.state === 'unanswered' ? 'rfq.nobody' : 'rfq.none_yet')}</p>
        <SupplierTable rfq={rfq} />
      </>
    )
  const answered = suppliers.filter(({ firm }) => comparison.ways.some(({ firmId }) => firmId === firm.id))
  const name = (firmId: string) => suppliers.find(({ firm }) => firm.id === firmId)?.firm.name ?? firmId
  const cellOf = (line: number, firmId: string, unit: string) => {
    const cell = comparison.cells.find((one) => one.line === line && one.firmId === firmId)
    const answer = answered.find(({ firm }) => firm.id === firmId)?.answers.find((one) => one.line === line)
    if (!cell || cell.kind === 'gap') return <span className="tz-second">{t('rfq.gap')}</span>
    if (cell.kind === 'declined' || answer?.priceMilliFen == null)
      return <span className="tz-second">{t('rfq.declined')}</span>
    return (
      <div className={cell.isCheapest ? 'market-cheapest' : ''}>
        {say.money(answer.priceMilliFen, unit)}
        <br />
        {cell.deliveredMilliFen === null
          ? t('rfq.no_way')
          : t('rfq.delivered', { money: say.money(cell.deliveredMilliFen, unit) })}
        {cell.isCheapest && ` · ${t('rfq.cheapest')}`}
        {!cell.covers && ` · ${t('rfq.partly')}`}
        <br />
        <span className="tz-caption">
          {answer.leadDays === null ? '' : t('match.days', { days: answer.leadDays })} {answer.remark}
          {answer.dealId !== null && ` · ${t('rfq.awarded')}`}
        </span>
      </div>
    )
  }
  return (
    <>
      <p>
        {comparison.split
          ? t('rfq.split', {
              money: formatMoney(comparison.split.fen),
              firms: [...new Set(comparison.split.firms.map(({ firmId }) => name(firmId)))].join(' · '),
            })
          : t('rfq.uncovered', { lines: comparison.uncovered.join(', ') })}
      </p>
      <p>
        {comparison.whole
          ? t('rfq.whole', { money: formatMoney(comparison.whole.fen), firm: name(comparison.whole.firmId) })
          : t('rfq.no_whole')}
      </p>
      <PlainTable
        name={t('rfq.compare')}
        empty=""
        head={[t('rfq.line_head'), ...answered.map(({ firm }) => firm.name)]}
        rows={items.map((item) => ({
          key: String(item.line),
          cells: [
            `${item.line} ${say.product(item.product)} ${item.spec} ${say.count(item.quantity, { base: item.unitBase, unit: item.unit })}`,
            ...answered.map(({ firm }) => <div key={firm.id}>{cellOf(item.line, firm.id, item.unit)}</div>),
          ],
        }))}
      />
      <p className="tz-caption">
        {t('rfq.basis', {
          rate: formatMoney(comparison.rateFen),
          handling: formatMoney(comparison.handlingFen),
          ways: comparison.ways
            .map(
              ({ firmId, km }) =>
                `${name(firmId)} ${km === null ? t('rfq.unknown_way') : `${formatNumber(km, 1)} ${unitWord('km')}`}`,
            )
            .join(' · '),
        })}
      </p>
      <SupplierTable rfq={rfq} />
    </>
  )
}

function SupplierTable({ rfq }: { readonly rfq: Rfq }) {
  const t = useText('market')
  return (
    <PlainTable
      name={t('rfq.suppliers')}
      empty=""
      head={[t('rfq.supplier'), t('rfq.known_head'), t('rfq.answered_at')]}
      rows={(rfq.suppliers ?? []).map(({ firm, knownBy, answeredAt }) => ({
        key: firm.id,
        cells: [
          firm.name,
          knownBy.map((by) => t(`rfq.known.${by}`)).join(' · '),
          answeredAt === null ? t('rfq.gap') : <When key="at" at={answeredAt} />,
        ],
      }))}
    />
  )
}

/** What the own firm answered. */
function Own({ rfq }: { readonly rfq: Rfq }) {
  const t = useText('market')
  const say = useWords()
  const at = useDeals()
  return rfq.mine.map((own) => (
    <PlainTable
      key={own.firm.id}
      name={t('rfq.own')}
      empty={t('rfq.own_none')}
      head={[t('rfq.line_head'), t('deal.price'), t('deal.quantity'), t('rfq.lead'), t('rfq.remark'), t('deal.one')]}
      rows={own.answers.map((answer) => {
        const item = rfq.items.find(({ line }) => line === answer.line)
        const amount = { base: item?.unitBase ?? 1, unit: item?.unit ?? '' }
        return {
          key: String(answer.line),
          cells: [
            `${answer.line} ${item ? say.product(item.product) : ''}`,
            answer.priceMilliFen === null ? t('rfq.declined') : say.money(answer.priceMilliFen, amount.unit),
            answer.quantity === null ? '–' : say.count(answer.quantity, amount),
            answer.leadDays === null ? '–' : t('match.days', { days: answer.leadDays }),
            answer.remark || '–',
            answer.dealId === null ? (
              '–'
            ) : (
              <Link key="deal" to={at.one(answer.dealId)}>
                {t('rfq.awarded')}
              </Link>
            ),
          ],
        }
      })}
    />
  ))
}

function AnswerForm({ rfq }: { readonly rfq: Rfq }) {
  const t = useText('market')
  const say = useWords()
  const { close } = useOpenForm()
  const [own] = rfq.mine
  const command = useCommand({
    run: api.rfqs.answer.call,
    invalidate: [api.rfqs.key()],
    success: t('rfq.answered_done'),
  })
  if (!own) return null
  return (
    <FormBox<AnswerValues, ReturnType<typeof answerInput>, { rev: number }>
      initial={answerValues(rfq)}
      command={command}
      toInput={(values) => answerInput(rfq, own, values)}
      submit={t('rfq.answer')}
      done={close}
    >
      {rfq.items.map((item, place) => (
        <fieldset key={item.line} className="market-answer-line">
          <legend>
            {item.line} {say.product(item.product)} {item.spec}{' '}
            {say.count(item.quantity, { base: item.unitBase, unit: item.unit })}
          </legend>
          <FlagItem name={['lines', place, 'isDeclined']} label={t('rfq.decline')} />
          <ScaledItem
            name={['lines', place, 'priceFen']}
            label={t('deal.price_per', { unit: unitWord(item.unit) })}
            scale={2}
            unit="¥"
          />
          <ScaledItem
            name={['lines', place, 'amount']}
            label={t('deal.quantity')}
            scale={decimalsOf(item.unitBase)}
            unit={unitWord(item.unit)}
            min={1}
            max={Number.MAX_SAFE_INTEGER}
          />
          <WholeItem name={['lines', place, 'leadDays']} label={t('rfq.lead')} min={0} max={3_650} />
          <TextItem name={['lines', place, 'remark']} label={t('rfq.remark')} max={300} />
        </fieldset>
      ))}
      <TextItem name="remark" label={t('rfq.words')} max={500} rows={2} />
    </FormBox>
  )
}

/** A firm a line; what is not chosen stays open, or is given up. */
function AwardForm({ rfq }: { readonly rfq: Rfq }) {
  const t = useText('market')
  const say = useWords()
  const { close } = useOpenForm()
  const command = useCommand({
    run: api.rfqs.award.call,
    invalidate: [api.rfqs.key(), api.deals.key()],
    success: t('rfq.award_done'),
  })
  type Values = { readonly lines?: readonly (string | undefined)[]; readonly finish?: boolean }
  type Input = Omit<Parameters<typeof api.rfqs.award.call>[0], 'commandId'>
  const cheapest = (line: number) => rfq.comparison?.cells.find((cell) => cell.line === line && cell.isCheapest)?.firmId
  const open = (line: number) =>
    (rfq.suppliers ?? []).flatMap(({ firm, answers }) =>
      answers.some((answer) => answer.line === line && !answer.isDeclined && answer.dealId === null)
        ? [{ value: firm.id, label: firm.name }]
        : [],
    )
  return (
    <FormBox<Values, Input, Awaited<ReturnType<typeof api.rfqs.award.call>>>
      initial={{
        lines: rfq.items.map(({ line }) =>
          open(line).some(({ value }) => value === cheapest(line)) ? cheapest(line) : undefined,
        ),
      }}
      command={command}
      toInput={({ lines = [], finish = false }) => ({
        id: rfq.id,
        rev: rfq.rev,
        finish,
        awards: rfq.items.flatMap(({ line }, place) => {
          const firmId = lines[place]
          return firmId ? [{ line, firmId }] : []
        }),
      })}
      submit={t('rfq.award')}
      done={close}
    >
      {rfq.items.map((item, place) => (
        <ChoiceItem
          key={item.line}
          name={['lines', place]}
          label={`${item.line} ${say.product(item.product)} ${say.count(item.quantity, { base: item.unitBase, unit: item.unit })}`}
          options={open(item.line)}
          clear
        />
      ))}
      <FlagItem name="finish" label={t('rfq.finish')} />
    </FormBox>
  )
}

function CancelForm({ rfq }: { readonly rfq: Rfq }) {
  const t = useText('market')
  const { close } = useOpenForm()
  const command = useCommand({ run: api.rfqs.cancel.call, invalidate: [api.rfqs.key()], success: t('deal.saved') })
  return (
    <FormBox<{ why?: string }, { id: string; rev: number; why: string }, Changed>
      initial={{}}
      command={command}
      toInput={({ why }) => ({ id: rfq.id, rev: rfq.rev, why: why ?? '' })}
      submit={t('rfq.cancel')}
      done={close}
    >
      <TextItem name="why" label={t('deal.why')} max={500} rows={3} required />
    </FormBox>
  )
}
