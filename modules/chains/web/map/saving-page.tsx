import './map.css'
import { useMutation } from '@tanstack/react-query'
import { formatMoney, formatNumber, NumberItem, Page, PlainTable, ProblemAlert, useText } from '@tingzhou/ui'
import { Button, Form, Input } from 'antd'
import { api } from '../api.ts'
import type { Saving } from './api.ts'

type Link = {
  readonly name?: string
  readonly tonnes?: number | null
  readonly km?: number | null
  readonly price?: number | null
  readonly newKm?: number | null
  readonly newPrice?: number | null
}
type Wish = { readonly handling: number; readonly rate: number; readonly links?: readonly (Link | undefined)[] }

const [kgPerTonne, fenPerYuan, linksMax] = [1_000, 100, 100]
const fen = (yuan: number | null | undefined): number => Math.round((yuan ?? 0) * fenPerYuan)

function inputOf({ handling, rate, links = [] }: Wish) {
  const rateFen = rate * fenPerYuan
  return {
    handlingFen: handling * fenPerYuan,
    links: links.map((link, at) => {
      const before = { distanceKm: link?.km ?? 0, rateFen, priceFen: fen(link?.price) }
      const isMoved = link?.newKm !== null && link?.newKm !== undefined
      return {
        name: link?.name ?? String(at + 1),
        kg: (link?.tonnes ?? 0) * kgPerTonne,
        before,
        after: isMoved ? { distanceKm: link.newKm ?? 0, rateFen, priceFen: fen(link.newPrice ?? link.price) } : null,
      }
    }),
  }
}

/** A basket of inbound goods, and what other sources would save of its freight. */
export function SavingPage() {
  const t = useText('chains')
  const saving = useMutation({ mutationFn: (wish: Wish) => api.savings.reckon.call(inputOf(wish)) })
  const number = (at: number, key: keyof Link, label: string, max: number, required: boolean) => (
    <NumberItem name={[at, key]} label={label} min={0} max={max} required={required} className="chain-number" />
  )
  return (
    <Page title={t('saving.title')}>
      <p>{t('saving.intro')}</p>
      <Form<Wish>
        layout="vertical"
        initialValues={{ handling: 30, rate: 0.35, links: [{}] }}
        onFinish={(wish) => saving.mutate(wish)}
      >
        <div className="chain-bar">
          <NumberItem
            name="handling"
            label={t('saving.handling')}
            min={0}
            max={10_000}
            className="chain-number"
            required
          />
          <NumberItem
            name="rate"
            label={t('saving.rate')}
            min={0}
            max={100}
            step={0.01}
            className="chain-number"
            required
          />
        </div>
        <Form.List name="links">
          {(fields, { add, remove }) => (
            <>
              {fields.map(({ key, name }) => (
                <fieldset key={key} className="chain-basket">
                  <legend>{t('saving.link', { n: name + 1 })}</legend>
                  <div className="chain-bar">
                    <Form.Item
                      name={[name, 'name']}
                      label={t('saving.goods')}
                      rules={[{ required: true, message: t('saving.needed') }]}
                    >
                      <Input maxLength={60} style={{ width: 160 }} />
                    </Form.Item>
                    {number(name, 'tonnes', t('saving.tonnes'), 1e9, true)}
                    {number(name, 'km', t('saving.from_km'), 20_000, true)}
                    {number(name, 'price', t('saving.price'), 1e8, false)}
                    {number(name, 'newKm', t('saving.new_km'), 20_000, false)}
                    {number(name, 'newPrice', t('saving.new_price'), 1e8, false)}
                    <Button onClick={() => remove(name)} disabled={fields.length === 1}>
                      {t('saving.remove')}
                    </Button>
                  </div>
                </fieldset>
              ))}
              <Button onClick={() => add({})} disabled={fields.length >= linksMax}>
                {t('saving.add')}
              </Button>
            </>
          )}
        </Form.List>
        <Button
          type="primary"
          htmlType="submit"
          loading={saving.isPending}
          style={{ marginTop: 16, marginInlineStart: 8 }}
        >
          {t('saving.ask')}
        </Button>
      </Form>
      {saving.error && <ProblemAlert problem={saving.error} />}
      {saving.data && <Answer saving={saving.data} />}
    </Page>
  )
}

function Answer({ saving }: { readonly saving: Saving }) {
  const t = useText('chains')
  return (
    <section aria-label={t('saving.answer')}>
      <h2 className="chain-heading" role="status">
        {saving.share === null
          ? t('saving.nothing')
          : t('saving.result', {
              saving: formatMoney(saving.savingFen),
              share: formatNumber(100 * saving.share, 2),
              before: formatMoney(saving.beforeFen),
              net: formatMoney(saving.netFen),
            })}
      </h2>
      <PlainTable
        name={t('saving.answer')}
        empty={t('saving.nothing')}
        head={[
          t('saving.goods'),
          t('part.beforeFen'),
          t('part.afterFen'),
          t('part.savingFen'),
          t('part.dearerFen'),
          t('part.netFen'),
        ]}
        rows={saving.links.map((link, at) => ({
          key: `${at} ${link.name}`,
          cells: [
            link.name,
            formatMoney(link.beforeFen),
            formatMoney(link.afterFen),
            formatMoney(link.savingFen),
            formatMoney(link.dearerFen),
            formatMoney(link.netFen),
          ],
        }))}
      />
      <p className="tz-caption">{t('saving.formula')}</p>
    </section>
  )
}
