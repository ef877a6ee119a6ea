import { useQuery } from '@tanstack/react-query'
import {
  FormBox,
  FormDrawer,
  formatMoney,
  formatNumber,
  i18n,
  inputOf,
  ListPage,
  ObjectPage,
  OpenFormButton,
  PickItem,
  PlainTable,
  StateTag,
  useCommand,
  useLive,
  useMe,
  useText,
  VerbButton,
  When,
  HistoryTrail,
} from '@tingzhou/ui'
import { Link, useNavigate, useParams } from 'react-router'
import { proposalContract } from '../../proposal/proposal-contract.ts'
import { api } from '../api.ts'
import { findProducts } from '../posting/finding.ts'
import { isOfficer } from '../posting/rights.ts'
import { useWords } from '../posting/words.tsx'
import { useDeals, type Changed } from './surface.ts'

const schema = inputOf(proposalContract.list)

/** Proposals of who best serves whom. */
export function ProposalList() {
  const t = useText('market')
  const me = useMe()
  const at = useDeals()
  const navigate = useNavigate()
  const refused = isOfficer(me) ? null : t('proposal.reason.officers')
  const make = useCommand({
    run: api.proposals.make.call,
    invalidate: [api.proposals.key()],
    success: t('proposal.made'),
  })
  const button = (
    <OpenFormButton name="make" primary reason={refused}>
      {t('proposal.make')}
    </OpenFormButton>
  )
  return (
    <>
      <ListPage
        name="market.proposals"
        title={t('proposal.title')}
        schema={schema}
        source={{ key: api.proposals.list.key(), load: (input, signal) => api.proposals.list.call(input, { signal }) }}
        rowKey={(row) => row.id}
        rowHref={(row) => at.proposal(row.id)}
        primary={button}
        columns={[
          {
            key: 'number',
            title: t('deal.number'),
            render: (row) => <span className="tz-mono">{row.number}</span>,
            card: 'title',
          },
          { key: 'made', title: t('proposal.made_at'), render: (row) => <When at={row.madeAt} />, card: 'decides' },
          {
            key: 'pairs',
            title: t('proposal.pairs'),
            align: 'right',
            render: (row) => formatNumber(row.pairs),
            card: 'decides',
          },
          {
            key: 'saving',
            title: t('proposal.saving'),
            align: 'right',
            render: (row) => formatMoney(row.savingFen),
            card: 'decides',
          },
          { key: 'by', title: t('proposal.by'), render: (row) => row.madeBy },
          {
            key: 'state',
            title: t('deal.state_head'),
            render: (row) => (
              <StateTag tone={row.state === 'sent' ? 'good' : 'attention'}>{t(`proposal.state.${row.state}`)}</StateTag>
            ),
          },
        ]}
        live={['market_proposal']}
        empty={{ nothing: t('proposal.empty'), verb: button }}
      />
      <FormDrawer name="make" title={t('proposal.make')}>
        <FormBox<{ productCode?: string }, { productCode: string | null }, Changed>
          initial={{}}
          command={make}
          toInput={({ productCode }) => ({ productCode: productCode ?? null })}
          submit={t('proposal.make')}
          done={({ id }) => void navigate(at.proposal(id))}
        >
          <PickItem
            name="productCode"
            label={t('rfq.product')}
            among={['products']}
            find={findProducts}
            extra={t('proposal.all_products')}
          />
        </FormBox>
      </FormDrawer>
    </>
  )
}

/** One proposal: its pairs beside those of the order of posting, and what it saves. */
export function ProposalPage() {
  const t = useText('market')
  const say = useWords()
  const me = useMe()
  const at = useDeals()
  const { id = '' } = useParams()
  const query = useQuery(api.proposals.get.queryOptions({ input: { id } }))
  const history = useQuery(api.proposals.history.queryOptions({ input: { id } }))
  useLive({ kinds: ['market_proposal'], objectId: id, keys: [api.proposals.key()] })
  const send = useCommand({
    run: api.proposals.send.call,
    invalidate: [api.proposals.key(), api.deals.key()],
    success: t('proposal.sent'),
  })
  const proposal = query.data
  if (!proposal)
    return (
      <ObjectPage
        title={t('proposal.one')}
        loading={query.isPending}
        problem={query.error}
        onRetry={() => void query.refetch()}
      />
    )
  const { best, first } = proposal
  const ruleOf = (rule: string) => {
    const [key = ''] = rule.split(' ')
    return i18n.exists(`market:proposal.rule.${key}`) ? t(`proposal.rule.${key}`) : rule
  }
  return (
    <ObjectPage
      title={t('proposal.finding', { money: formatMoney(proposal.savingFen) })}
      id={proposal.number}
      state={
        <StateTag tone={proposal.state === 'sent' ? 'good' : 'attention'}>
          {t(`proposal.state.${proposal.state}`)}
        </StateTag>
      }
      primary={
        <VerbButton
          type="primary"
          loading={send.pending}
          reason={
            isOfficer(me)
              ? proposal.state === 'sent'
                ? t('proposal.reason.sent')
                : proposal.pairs === 0
                  ? t('proposal.reason.nothing')
                  : null
              : t('proposal.reason.officers')
          }
          confirm={{ title: t('proposal.send_sure', { n: proposal.pairs }), verb: t('proposal.send') }}
          onClick={() => void send.run({ id: proposal.id, rev: proposal.rev })}
        >
          {t('proposal.send')}
        </VerbButton>
      }
      facts={[
        {
          label: t('proposal.looked'),
          value: t('proposal.looked_is', { needs: proposal.needs, offers: proposal.offers, arcs: proposal.arcs }),
        },
        {
          label: t('proposal.best'),
          value: t('proposal.served', {
            money: formatMoney(best.costFen),
            penalty: formatMoney(best.penaltyFen),
            unmet: best.unmet,
          }),
        },
        {
          label: t('proposal.first'),
          value: t('proposal.served', {
            money: formatMoney(first.costFen),
            penalty: formatMoney(first.penaltyFen),
            unmet: first.unmet,
          }),
        },
        { label: t('proposal.proof'), value: t(proposal.isOptimal ? 'proposal.optimal' : 'proposal.not_optimal') },
        {
          label: t('proposal.outcome'),
          value: t('proposal.outcome_is', { sent: proposal.sent, stale: proposal.stale }),
        },
        { label: t('proposal.made_at'), value: <When at={proposal.madeAt} /> },
      ]}
      tabs={[
        {
          key: 'pairs',
          label: t('proposal.pairs'),
          children: (
            <PlainTable
              name={t('proposal.pairs')}
              empty={t('proposal.no_pairs')}
              head={[
                t('deal.side.buyer'),
                t('deal.side.seller'),
                t('proposal.best'),
                t('proposal.first'),
                t('match.points_head'),
                t('proposal.became'),
              ]}
              rows={proposal.rows.map((pair) => {
                const amount = { base: pair.unitBase, unit: pair.unit }
                const part = (quantity: number, fen: number) =>
                  quantity === 0 ? '–' : `${say.count(quantity, amount)} · ${formatMoney(fen)}`
                return {
                  key: String(pair.seq),
                  cells: [
                    <Link key="need" to={at.posting(pair.need.id)}>
                      {pair.buyer.name}
                    </Link>,
                    <Link key="offer" to={at.posting(pair.offer.id)}>
                      {pair.seller.name}
                    </Link>,
                    part(pair.quantity, pair.costFen),
                    part(pair.firstQuantity, pair.firstCostFen),
                    formatNumber(pair.score, 1),
                    pair.dealId ? (
                      <Link key="deal" to={at.one(pair.dealId)}>
                        {t('deal.one')}
                      </Link>
                    ) : pair.stale ? (
                      ruleOf(pair.stale.rule)
                    ) : (
                      '–'
                    ),
                  ],
                }
              })}
            />
          ),
        },
        {
          key: 'left',
          label: t('proposal.left_out'),
          children: (
            <PlainTable
              name={t('proposal.left_out')}
              empty={t('proposal.none_left')}
              head={[t('deal.number'), t('deal.why')]}
              rows={proposal.leftOut.map(({ needId, number, rule }) => ({
                key: needId,
                cells: [
                  <Link key="need" to={at.posting(needId)}>
                    {number}
                  </Link>,
                  ruleOf(rule),
                ],
              }))}
            />
          ),
        },
      ]}
      trail={<HistoryTrail rows={history.data?.rows} did="market:deal.did" nobody={t('deal.somebody')} />}
      problem={query.error}
      onRetry={() => void query.refetch()}
    />
  )
}
