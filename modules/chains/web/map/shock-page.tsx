import './map.css'
import { useMutation, useQuery } from '@tanstack/react-query'
import { formatNumber, NumberItem, Page, PlainTable, ProblemAlert, useText, VerbButton } from '@tingzhou/ui'
import { Button, Form, Select } from 'antd'
import { useMemo } from 'react'
import { Link } from 'react-router'
import { api } from '../api.ts'
import { placeOf, type Shock } from './api.ts'
import { percentText, roundedMoney } from './figure-text.ts'
import { useNamed } from './named.ts'

type Wish = { readonly firms?: readonly string[]; readonly days: number; readonly stockDays: number }
const firmsMax = 20

/** What fails when firms deliver nothing. Nothing is kept. */
export function ShockPage() {
  const t = useText('chains')
  const network = useQuery(api.network.get.queryOptions({ input: {} }))
  const shock = useMutation({
    mutationFn: ({ firms = [], days, stockDays }: Wish) =>
      api.shocks.simulate.call({ firms: [...firms], days, stockDays }),
  })
  const options = useMemo(
    () =>
      (network.data?.ids ?? []).map((value, at) => ({
        value,
        label: network.data?.names[at] ?? value,
      })),
    [network.data],
  )
  return (
    <Page title={t('shock.title')} verbs={<VerbButton href={placeOf.network}>{t('network.title')}</VerbButton>}>
      <p>{t('shock.intro')}</p>
      <Form<Wish>
        layout="vertical"
        className="tz-form"
        initialValues={{ days: 30, stockDays: 7 }}
        onFinish={(wish) => shock.mutate(wish)}
      >
        <Form.Item name="firms" label={t('shock.firms')} rules={[{ required: true, message: t('shock.firms_needed') }]}>
          <Select
            mode="multiple"
            maxCount={firmsMax}
            showSearch={{ optionFilterProp: 'label' }}
            loading={network.isPending}
            options={options}
            notFoundContent={t('network.not_found')}
          />
        </Form.Item>
        <NumberItem name="days" label={t('shock.days')} min={1} max={3_650} className="chain-number" required />
        <NumberItem name="stockDays" label={t('shock.stock')} min={0} max={365} className="chain-number" required />
        <Button type="primary" htmlType="submit" loading={shock.isPending}>
          {t('shock.ask')}
        </Button>
      </Form>
      {shock.error && <ProblemAlert problem={shock.error} />}
      {shock.data && <Answer shock={shock.data} />}
    </Page>
  )
}

const sumOf = ({ chains }: Shock): number => chains.reduce((sum, { lostFen }) => sum + lostFen, 0)

function Answer({ shock }: { readonly shock: Shock }) {
  const t = useText('chains')
  const named = useNamed()
  return (
    <section aria-label={t('shock.answer')}>
      <h2 className="chain-heading" role="status">
        {t('shock.lost', {
          year: shock.year,
          firms: formatNumber(shock.hitFirms - shock.stoppedFirms),
          lost: roundedMoney(shock.lostFen),
        })}
      </h2>
      {shock.followed !== null && (
        <p className="tz-caption">{t('shock.followed', { share: percentText(shock.followed, 0) })}</p>
      )}
      {!shock.isConverged && <p>{t('shock.cut')}</p>}
      {sumOf(shock) > shock.lostFen && <p className="tz-caption">{t('shock.in_several')}</p>}
      <PlainTable
        name={t('shock.chains')}
        empty={t('shock.none')}
        head={[t('industry.chain'), t('shock.hit_firms'), t('shock.lost_value')]}
        rows={shock.chains.map((chain) => ({
          key: chain.chain,
          cells: [
            <Link key="chain" to={placeOf.chain(chain.chain)}>
              {chain.chain} {named(chain)}
            </Link>,
            formatNumber(chain.firms),
            roundedMoney(chain.lostFen),
          ],
        }))}
      />
      <h2 className="chain-heading">{t('shock.hits')}</h2>
      <p className="tz-caption">{t('shock.rounded')}</p>
      <PlainTable
        name={t('shock.hits')}
        empty={t('shock.none')}
        head={[
          t('network.firm'),
          t('industry.product'),
          t('shock.remaining'),
          t('shock.binding'),
          t('shock.lost_value'),
        ]}
        rows={shock.hits.map((hit) => ({
          key: `${hit.firm.id} ${hit.product.code}`,
          cells: [
            <Link key="firm" to={placeOf.firm(hit.firm.id)}>
              {hit.firm.name}
            </Link>,
            named(hit.product),
            `≈ ${percentText(hit.remaining, 0)}`,
            hit.input ? named(hit.input) : t('shock.itself'),
            roundedMoney(hit.lostFen),
          ],
        }))}
      />
    </section>
  )
}
