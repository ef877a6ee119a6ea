import './deal.css'
import { useQuery } from '@tanstack/react-query'
import {
  EmptyState,
  FormBox,
  FormDrawer,
  formatMoney,
  formatNumber,
  ObjectPage,
  OpenFormButton,
  PlainTable,
  ProblemAlert,
  SkeletonLines,
  StateStepper,
  TextItem,
  useCommand,
  useLive,
  useMe,
  useOpenForm,
  useText,
  VerbButton,
  When,
  type Step,
  HistoryTrail,
} from '@tingzhou/ui'
import { Link, useNavigate, useParams } from 'react-router'
import { api } from '../api.ts'
import { isOfficer } from '../posting/rights.ts'
import { Invented, PostingTag, useWords } from '../posting/words.tsx'
import { CarryForm } from './carry.tsx'
import { useDeals, type Changed, type DealDetail } from './surface.ts'
import { DealTag } from './tags.tsx'

/** One deal: who said what, why the two fit, what is reserved, the load that carries it, and what it saves its buyer. */
export function DealPage() {
  const t = useText('market')
  const say = useWords()
  const at = useDeals()
  const navigate = useNavigate()
  const { id = '' } = useParams()
  const query = useQuery(api.deals.get.queryOptions({ input: { id } }))
  const history = useQuery(api.deals.history.queryOptions({ input: { id } }))
  useLive({ kinds: ['market_deal'], objectId: id, keys: [api.deals.key()] })
  const deal = query.data
  if (!deal)
    return (
      <ObjectPage
        title={t('deal.one')}
        loading={query.isPending}
        problem={query.error}
        onRetry={() => void query.refetch()}
      />
    )
  const amount = { base: deal.unitBase, unit: deal.unit }
  return (
    <>
      <ObjectPage
        title={`${deal.buyer.name} ← ${deal.seller.name}`}
        id={deal.number}
        state={
          <>
            <DealTag state={deal.state} /> <Invented when={deal.synthetic} />
          </>
        }
        verbs={<Verbs deal={deal} />}
        steps={<StateStepper steps={stepsOf(deal, t)} />}
        facts={[
          { label: t('deal.quantity'), value: say.count(deal.quantity, amount) },
          {
            label: t('deal.price'),
            value: deal.priceMilliFen === null ? '–' : say.money(deal.priceMilliFen, deal.pricePer ?? ''),
          },
          { label: t('deal.side.buyer'), value: deal.buyer.name },
          { label: t('deal.side.seller'), value: deal.seller.name },
          { label: t('deal.until'), value: <When at={deal.standsUntil} /> },
          { label: t('deal.source_head'), value: t(`deal.source.${deal.source}`) },
          {
            label: t('deal.load'),
            value: deal.loadId === null ? '–' : <Link to={at.load(deal.loadId)}>{t('deal.load_open')}</Link>,
          },
          ...(deal.why === '' ? [] : [{ label: t('deal.why'), value: deal.why }]),
        ]}
        tabs={[
          { key: 'reserve', label: t('deal.tab_reserve'), children: <Reserve deal={deal} /> },
          { key: 'reasons', label: t('deal.tab_reasons'), children: <Reasons deal={deal} /> },
          ...(deal.mine.includes('buyer') && !deal.buyer.isOutside
            ? [{ key: 'saving', label: t('deal.tab_saving'), children: <Saving id={deal.id} /> }]
            : []),
        ]}
        trail={<HistoryTrail rows={history.data?.rows} did="market:deal.did" nobody={t('deal.somebody')} />}
        problem={query.error}
        onRetry={() => void query.refetch()}
      />
      <FormDrawer name="refuse" title={t('deal.refuse')}>
        <WhyForm deal={deal} kind="refuse" />
      </FormDrawer>
      <FormDrawer name="cancel" title={t('deal.cancel')}>
        <WhyForm deal={deal} kind="cancel" />
      </FormDrawer>
      <FormDrawer name="carry" title={t('deal.carry')}>
        <CarryForm id={deal.id} done={(loadId) => void navigate(at.load(loadId))} />
      </FormDrawer>
    </>
  )
}

type T = ReturnType<typeof useText>

function stepsOf(deal: DealDetail, t: T): readonly Step[] {
  const isOver = deal.state === 'refused' || deal.state === 'lapsed' || deal.state === 'cancelled'
  const side = (key: 'buyer' | 'seller', said: 'yes' | 'no' | null, at: number | null): Step => ({
    key,
    label: t(`deal.step.${key}`),
    state:
      said === 'yes'
        ? 'done'
        : said === 'no'
          ? 'stopped'
          : deal.state === 'proposed'
            ? 'now'
            : isOver
              ? 'stopped'
              : 'later',
    at,
    ...(said === 'no' ? { note: t('deal.said_no') } : {}),
  })
  const isAgreed = deal.state === 'agreed' || deal.state === 'delivered'
  return [
    { key: 'proposed', label: t('deal.step.proposed'), state: 'done', at: deal.createdAt },
    side('buyer', deal.buyerSaid, deal.buyerSaidAt),
    side('seller', deal.sellerSaid, deal.sellerSaidAt),
    isOver
      ? { key: 'over', label: t(`deal.state.${deal.state}`), state: 'stopped', at: deal.updatedAt }
      : { key: 'agreed', label: t('deal.step.agreed'), state: isAgreed ? 'done' : 'later' },
    {
      key: 'delivered',
      label: t('deal.step.delivered'),
      state: deal.state === 'delivered' ? 'done' : deal.state === 'agreed' ? 'now' : 'later',
    },
  ]
}

function Verbs({ deal }: { readonly deal: DealDetail }) {
  const t = useText('market')
  const me = useMe()
  const at = useDeals()
  const answer = useCommand({
    run: api.deals.answer.call,
    invalidate: [api.deals.key(), api.postings.key()],
    success: t('deal.saved'),
  })
  const deliver = useCommand({ run: api.deals.deliver.call, invalidate: [api.deals.key()], success: t('deal.saved') })
  const waiting = deal.mine.filter((side) => (side === 'buyer' ? deal.buyerSaid : deal.sellerSaid) === null)
  const [side] = waiting
  const notProposed = deal.state === 'proposed' ? null : t('deal.reason.not_proposed')
  const notAgreed = deal.state === 'agreed' ? null : t('deal.reason.not_agreed')
  const notMine = deal.mine.length > 0 ? null : t('deal.reason.not_yours')
  // Officers take back what they proposed, not what two firms agreed on.
  const notCancelled =
    deal.state === 'proposed' && isOfficer(me)
      ? null
      : (notMine ??
        (deal.state === 'proposed' ? null : notAgreed) ??
        (deal.isCarried ? t('deal.reason.with_load') : null))
  return (
    <>
      <VerbButton
        type="primary"
        loading={answer.pending}
        reason={notMine ?? notProposed ?? (side ? null : t('deal.reason.said'))}
        onClick={() => side && void answer.run({ id: deal.id, rev: deal.rev, side, said: 'yes', why: '' })}
      >
        {t('deal.accept')}
      </VerbButton>
      <OpenFormButton name="refuse" reason={notMine ?? notProposed}>
        {t('deal.refuse')}
      </OpenFormButton>
      {deal.loadId !== null && deal.isCarried ? (
        <VerbButton href={at.load(deal.loadId)}>{t('deal.load_open')}</VerbButton>
      ) : (
        <OpenFormButton name="carry" reason={notMine ?? notAgreed}>
          {t('deal.carry')}
        </OpenFormButton>
      )}
      <VerbButton
        loading={deliver.pending}
        reason={(deal.mine.includes('buyer') ? null : t('deal.reason.buyers')) ?? notAgreed}
        confirm={{ title: t('deal.deliver_sure', { number: deal.number }), verb: t('deal.deliver') }}
        onClick={() => void deliver.run({ id: deal.id, rev: deal.rev })}
      >
        {t('deal.deliver')}
      </VerbButton>
      <OpenFormButton name="cancel" reason={notCancelled}>
        {t('deal.cancel')}
      </OpenFormButton>
    </>
  )
}

/** Refuses, or cancels, with why. */
function WhyForm({ deal, kind }: { readonly deal: DealDetail; readonly kind: 'refuse' | 'cancel' }) {
  const t = useText('market')
  const { close } = useOpenForm()
  const [side = 'buyer'] = deal.mine
  const command = useCommand({
    run: (input: { readonly id: string; readonly rev: number; readonly commandId: string; readonly why: string }) =>
      kind === 'cancel' ? api.deals.cancel.call(input) : api.deals.answer.call({ ...input, side, said: 'no' }),
    invalidate: [api.deals.key(), api.postings.key()],
    success: t('deal.saved'),
  })
  return (
    <FormBox<{ why?: string }, { id: string; rev: number; why: string }, Changed>
      initial={{}}
      command={command}
      toInput={({ why }) => ({ id: deal.id, rev: deal.rev, why: why ?? '' })}
      submit={t(`deal.${kind}`)}
      done={close}
    >
      <TextItem name="why" label={t('deal.why')} max={500} rows={3} required />
    </FormBox>
  )
}

/** What of both postings is reserved. */
function Reserve({ deal }: { readonly deal: DealDetail }) {
  const t = useText('market')
  const say = useWords()
  const at = useDeals()
  const amount = { base: deal.unitBase, unit: deal.unit }
  return (
    <PlainTable
      name={t('deal.tab_reserve')}
      empty=""
      head={[t('deal.posting'), t('deal.text'), t('deal.state_head'), t('deal.reserved'), t('deal.all')]}
      rows={[deal.need, deal.offer].map((posting) => ({
        key: posting.id,
        cells: [
          <Link key="link" to={at.posting(posting.id)}>
            {posting.number}
          </Link>,
          posting.text.slice(0, 120),
          <PostingTag key="state" state={posting.state} />,
          say.count(posting.reserved, amount),
          posting.quantity === null ? '–' : say.count(posting.quantity, amount),
        ],
      }))}
    />
  )
}

function Reasons({ deal }: { readonly deal: DealDetail }) {
  const t = useText('market')
  const say = useWords()
  const { explanation, score } = deal
  if (!explanation || score === null) return <EmptyState title={t('deal.no_reasons')} />
  const { cost, parts } = explanation
  return (
    <>
      <p>{t('match.score', { score: formatNumber(score, 1) })}</p>
      <PlainTable
        name={t('deal.tab_reasons')}
        empty=""
        head={[t('match.part_head'), t('match.points_head')]}
        rows={parts.map(({ part, points, of }) => ({
          key: part,
          cells: [t(`match.part.${part}`), `${formatNumber(points, 1)} / ${formatNumber(of)}`],
        }))}
      />
      {cost.freight && (
        <p>
          {t('match.freight_is', {
            km: formatNumber(cost.freight.km),
            money: say.money(cost.freight.milliFenPerTonne, 't'),
          })}
        </p>
      )}
    </>
  )
}

/** Freight before and after, with every number of it; the buyer's alone. */
function Saving({ id }: { readonly id: string }) {
  const t = useText('market')
  const query = useQuery(api.deals.saving.queryOptions({ input: { id } }))
  if (query.error) return <ProblemAlert problem={query.error} onRetry={() => void query.refetch()} />
  const saving = query.data
  if (!saving) return <SkeletonLines lines={5} />
  if ('missing' in saving) return <EmptyState title={t(`deal.saving.missing_${saving.missing}`)} />
  const money = (fen: number | null) => (fen === null ? t('deal.saving.unknown') : formatMoney(fen))
  return (
    <>
      <p>
        <strong>
          {t('deal.saving.title', {
            money: formatMoney(saving.savingFen),
            share: formatNumber((saving.share ?? 0) * 100, 1),
          })}
        </strong>
      </p>
      <p className="tz-second">
        {saving.basis === 'links' ? t('deal.saving.links', { year: saving.year ?? 0 }) : t('deal.saving.assumed')}
      </p>
      <PlainTable
        name={t('deal.tab_saving')}
        empty=""
        head={[t('deal.saving.from'), t('deal.saving.km'), t('deal.saving.rate'), t('deal.saving.price')]}
        rows={[
          ...saving.before.map((source, place) => ({
            key: String(place),
            cells: [
              source.name === '' ? t('deal.saving.outside') : `${source.name} ${formatNumber(source.share * 100, 1)} %`,
              formatNumber(source.distanceKm),
              money(source.rateFen),
              money(source.priceFen),
            ],
          })),
          {
            key: 'after',
            cells: [
              t('deal.saving.this'),
              formatNumber(saving.after.distanceKm, 1),
              money(saving.after.rateFen),
              money(saving.after.priceFen),
            ],
          },
        ]}
      />
      <p>
        {t('deal.saving.sum', {
          tonnes: formatNumber(saving.kg / 1_000, 3),
          handling: formatMoney(saving.handlingFen),
          before: formatMoney(saving.beforeFen),
          after: formatMoney(saving.afterFen),
          dearer: money(saving.dearerFen),
          net: formatMoney(saving.netFen),
        })}
      </p>
    </>
  )
}
