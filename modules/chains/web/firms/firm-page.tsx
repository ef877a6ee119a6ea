import { useQuery } from '@tanstack/react-query'
import {
  formatNumber,
  FormDrawer,
  ObjectPage,
  OpenFormButton,
  PlainTable,
  rowItem,
  StateTag,
  useLive,
  useMe,
  useOpenRow,
  useText,
  VerbButton,
  type Fact,
} from '@tingzhou/ui'
import { Select } from 'antd'
import { Link as RouterLink, useParams, useSearchParams } from 'react-router'
import { api } from '../api.ts'
import { OpenTag } from '../catalogue/parts.tsx'
import { firmTabs } from '../firm-tabs.ts'
import { useNamed } from '../map/named.ts'
import { keepsFor, usePlaces, type FirmDetail, type Link, type Position } from './api.ts'
import { ChangeLink, EnterLink } from './link-form.tsx'
import { ChangePosition, EnterPosition } from './position-form.tsx'
import { FirmLink, utilisationText, SyntheticMark, Traded, volumeText, Way } from './parts.tsx'

/** Everything the platform knows about a firm in the chains, and why: what it makes and uses, whom it buys from and sells to, where it stands. */
export function FirmPage() {
  const t = useText('chains')
  const { id = '' } = useParams()
  const [search] = useSearchParams()
  const year = /^\d{4}$/.test(search.get('year') ?? '') ? Number(search.get('year')) : undefined
  const input = { id, ...(year === undefined ? {} : { year }) }
  const query = useQuery(api.firms.get.queryOptions({ input }))
  useLive({ kinds: ['chain_position', 'chain_link', 'chain_leader', 'chain_outside'], keys: [api.firms.key()] })
  const retry = () => void query.refetch()
  return query.data ? (
    <Known firm={query.data} problem={query.error} retry={retry} />
  ) : (
    <ObjectPage title={t('firms.firm')} loading={query.isPending} problem={query.error} onRetry={retry} />
  )
}

function Known({
  firm,
  problem,
  retry,
}: {
  readonly firm: FirmDetail
  readonly problem: unknown
  readonly retry: () => void
}) {
  const t = useText('chains')
  const me = useMe()
  const [, setSearch] = useSearchParams()
  const facts = useFacts(firm)
  const refused = keepsFor(me, firm.id) ? null : t('firms.own_only')
  const chooseYear = (value: number) =>
    setSearch((now) => {
      const next = new URLSearchParams(now)
      next.set('year', String(value))
      return next
    })
  return (
    <>
      <ObjectPage
        title={firm.name}
        id={firm.uscc ?? firm.id}
        state={
          <>
            <OpenTag state={firm.state} />{' '}
            {firm.isOutside && <StateTag tone="plain">{t('firms.outside_one')}</StateTag>}{' '}
            <SyntheticMark when={firm.synthetic} />
          </>
        }
        primary={
          <OpenFormButton name="position" primary reason={refused}>
            {t('firms.enter_position')}
          </OpenFormButton>
        }
        verbs={
          <>
            <Select
              aria-label={t('firms.year')}
              value={firm.year}
              onChange={chooseYear}
              options={firm.years.map((value) => ({ value, label: t('firms.of_year', { year: value }) }))}
            />
            <OpenFormButton name="bought" reason={refused}>
              {t('firms.enter_supplier')}
            </OpenFormButton>
            <OpenFormButton name="sold" reason={refused}>
              {t('firms.enter_customer')}
            </OpenFormButton>
          </>
        }
        facts={facts}
        tabs={[
          {
            key: 'positions',
            label: label(t('firms.positions'), firm.positionsTotal),
            children: <Positions firm={firm} />,
          },
          {
            key: 'suppliers',
            label: label(t('firms.suppliers'), firm.suppliersTotal),
            children: <Links firm={firm} side="suppliers" />,
          },
          {
            key: 'customers',
            label: label(t('firms.customers'), firm.customersTotal),
            children: <Links firm={firm} side="customers" />,
          },
          { key: 'chains', label: t('firms.standing'), children: <Standing firm={firm} /> },
          ...firmTabs.map(({ key, labelKey, Tab }) => ({ key, label: t(labelKey), children: <Tab id={firm.id} /> })),
        ]}
        problem={problem}
        onRetry={retry}
      />
      <FormDrawer name="position" title={t('firms.enter_position')}>
        <EnterPosition firmId={firm.id} />
      </FormDrawer>
      <FormDrawer name="bought" title={t('firms.enter_supplier')}>
        <EnterLink buyerId={firm.id} />
      </FormDrawer>
      <FormDrawer name="sold" title={t('firms.enter_customer')}>
        <EnterLink sellerId={firm.id} />
      </FormDrawer>
      <FormDrawer name="edit_position" title={t('firms.change_position')}>
        <ChosenPosition rows={firm.positions} />
      </FormDrawer>
      <FormDrawer name="edit_link" title={t('firms.change_link')}>
        <ChosenLink rows={[...firm.suppliers, ...firm.customers]} />
      </FormDrawer>
    </>
  )
}

const countedTo = 1_000
const counted = (n: number): string => `${formatNumber(Math.min(n, countedTo))}${n > countedTo ? '+' : ''}`
const label = (text: string, n: number): string => `${text} ${counted(n)}`

function useFacts(firm: FirmDetail): readonly Fact[] {
  const t = useText('chains')
  const named = useNamed()
  const at = usePlaces()
  const leads = firm.leads.filter(({ validTo }) => validTo === null)
  return [
    { label: t('firms.industry'), value: firm.industry === null ? '–' : `${firm.industry} ${firm.industryName ?? ''}` },
    { label: t('firms.place'), value: firm.place || '–' },
    {
      label: t('firms.strong'),
      value: firm.isStrong
        ? firm.strongWhy
            .map((why) => (why === 'above_scale' || why === 'entered' ? t(`firms.why_strong.${why}`) : why))
            .join(', ')
        : '–',
    },
    {
      label: t('firms.leads'),
      value:
        leads.length === 0
          ? '–'
          : leads
              .map(({ chain, isMain }) => `${chain.code} ${named(chain)}${isMain ? ` (${t('firms.main')})` : ''}`)
              .join(', '),
    },
    ...(firm.isOutside || at.counter
      ? []
      : [
          {
            label: t('firms.register'),
            value: <RouterLink to={`/enterprises/${firm.id}`}>{t('firms.to_register')}</RouterLink>,
          },
        ]),
    ...(firm.isOutside && !at.counter
      ? [
          {
            label: t('firms.register'),
            value: (
              <RouterLink to={`${at.outside}?q=${encodeURIComponent(firm.name)}`}>{t('firms.to_outside')}</RouterLink>
            ),
          },
        ]
      : []),
  ]
}

function Positions({ firm }: { readonly firm: FirmDetail }) {
  const t = useText('chains')
  const named = useNamed()
  const at = usePlaces()
  const me = useMe()
  return (
    <>
      <PlainTable
        name={t('firms.positions')}
        empty={t('firms.no_positions', { year: firm.year })}
        head={[
          t('firms.product'),
          t('firms.role'),
          t('firms.capacity'),
          t('firms.output'),
          t('firms.utilisation'),
          t('firms.evidence'),
          t('firms.as_of'),
          '',
        ]}
        rows={firm.positions.map((row) => ({
          key: row.id,
          cells: [
            `${row.product.code} ${named(row.product)}`,
            `${t(`firms.roles.${row.role}`)}${row.isQualified ? '' : ` (${t('firms.unqualified')})`}`,
            volumeText(row.capacity, row.product.unit),
            volumeText(row.output, row.product.unit),
            utilisationText(row),
            row.evidence || '–',
            row.asOf,
            <OpenFormButton
              key="edit"
              name="edit_position"
              item={rowItem(row)}
              size="small"
              reason={keepsFor(me, firm.id) ? null : t('firms.own_only')}
            >
              {t('firms.change')}
            </OpenFormButton>,
          ],
        }))}
      />
      <All
        shown={firm.positions.length}
        total={firm.positionsTotal}
        href={at.positions(`?firmId=${firm.id}&year=${firm.year}`)}
      />
    </>
  )
}

function Links({ firm, side }: { readonly firm: FirmDetail; readonly side: 'suppliers' | 'customers' }) {
  const t = useText('chains')
  const named = useNamed()
  const at = usePlaces()
  const me = useMe()
  const rows = firm[side]
  const other = (row: Link) => (side === 'suppliers' ? row.seller : row.buyer)
  const hidden = rows.some(({ isHidden }) => isHidden)
  return (
    <>
      {hidden && <p className="tz-second">{t('firms.hidden_why')}</p>}
      <PlainTable
        name={t(`firms.${side}`)}
        empty={t(`firms.no_${side}`, { year: firm.year })}
        head={[
          t(side === 'suppliers' ? 'firms.seller' : 'firms.buyer'),
          t('firms.product'),
          t('firms.volume'),
          t('firms.price'),
          t('firms.value'),
          t('firms.distance'),
          t('firms.contract'),
          t('firms.as_of'),
          '',
        ]}
        rows={rows.map((row) => ({
          key: row.id,
          cells: [
            <FirmLink key="firm" firm={other(row)} year={firm.year} />,
            named(row.product),
            <Traded key="volume" link={row} what="volume" />,
            <Traded key="price" link={row} what="price" />,
            <Traded key="value" link={row} what="value" />,
            <Way key="way" link={row} />,
            row.isContract ? t('firms.yes') : '–',
            row.asOf,
            <OpenFormButton
              key="edit"
              name="edit_link"
              item={rowItem(row)}
              size="small"
              reason={keepsFor(me, row.seller.id, row.buyer.id) ? null : t('firms.two_only')}
            >
              {t('firms.change')}
            </OpenFormButton>,
          ],
        }))}
      />
      <All
        shown={rows.length}
        total={firm[`${side}Total`]}
        href={at.links(`?${side === 'suppliers' ? 'buyerId' : 'sellerId'}=${firm.id}&year=${firm.year}`)}
      />
    </>
  )
}

/** Says how many of all are shown, and where the others are. */
function All({ shown, total, href }: { readonly shown: number; readonly total: number; readonly href: string }) {
  const t = useText('chains')
  if (total <= shown) return null
  return (
    <p>
      {t('firms.shown_of', { shown: formatNumber(shown), total: counted(total) })}{' '}
      <VerbButton size="small" href={href}>
        {t('firms.all')}
      </VerbButton>
    </p>
  )
}

function Standing({ firm }: { readonly firm: FirmDetail }) {
  const t = useText('chains')
  const named = useNamed()
  return (
    <>
      <PlainTable
        name={t('firms.standing')}
        empty={t('firms.no_standing', { year: firm.year })}
        head={[t('firms.chain'), t('firms.segment'), t('firms.product'), t('firms.role'), t('firms.required')]}
        rows={firm.segments.map((row) => ({
          key: `${row.chain.code} ${row.segment.key} ${row.product.code} ${row.role}`,
          cells: [
            `${row.chain.code} ${named(row.chain)}`,
            named(row.segment),
            named(row.product),
            t(`firms.roles.${row.role}`),
            row.isRequired ? t('firms.yes') : '–',
          ],
        }))}
      />
      <h2 className="chain-heading">{t('firms.leads')}</h2>
      <PlainTable
        name={t('firms.leads')}
        empty={t('firms.no_leads')}
        head={[t('firms.chain'), t('firms.main'), t('firms.from'), t('firms.to'), t('firms.source')]}
        rows={firm.leads.map((row) => ({
          key: row.id,
          cells: [
            `${row.chain.code} ${named(row.chain)}`,
            row.isMain ? t('firms.yes') : '–',
            row.validFrom,
            row.validTo ?? '–',
            `${t(`catalogue.basis.${row.basis}`)} ${row.source}`.trim(),
          ],
        }))}
      />
    </>
  )
}

function ChosenPosition({ rows }: { readonly rows: readonly Position[] }) {
  const t = useText('chains')
  const { id } = useOpenRow()
  const position = rows.find((row) => row.id === id)
  return position ? <ChangePosition position={position} /> : <p>{t('firms.gone')}</p>
}

function ChosenLink({ rows }: { readonly rows: readonly Link[] }) {
  const t = useText('chains')
  const { id } = useOpenRow()
  const link = rows.find((row) => row.id === id)
  return link ? <ChangeLink link={link} /> : <p>{t('firms.gone')}</p>
}
