import { FormBox, FormPage, useCommand, useMe, useOpenForm, useText, ScaledItem, TextItem } from '@tingzhou/ui'
import { roundings, weightRules, type SettlementRules } from '@tingzhou/settlement'
import { Form, Radio, Select } from 'antd'
import { useNavigate } from 'react-router'
import { api } from '../api.ts'
import type { TermsVersion } from './api.ts'
import { mayDeal } from './rights.ts'
import { percentScale, permilleScale } from './scaled.ts'
import {
  blankTerms,
  isWeighed,
  termsFields,
  termsRules,
  termsValues,
  type ShipperWay,
  type TermsValues,
} from './terms-values.ts'

type Kept = Awaited<ReturnType<typeof api.terms.create.call>>
const units = ['ton', 'ton_km', 'truck', 'm3'] as const
const lossModes = ['none', 'excess', 'whole', 'real'] as const

/** Writes rules of settlement. */
export function TermsNew() {
  const t = useText('freight')
  const me = useMe()
  const navigate = useNavigate()
  const command = useCommand({ run: api.terms.create.call, invalidate: [api.terms.key()], success: t('saved') })
  return (
    <FormPage<TermsValues, Parameters<typeof api.terms.create.call>[0], Kept>
      title={t('terms.create')}
      initial={blankTerms}
      command={command}
      draft="freight.terms"
      reason={mayDeal(me) ? null : t('reason.deal')}
      toInput={(values) => ({
        name: values.name,
        rules: termsRules(values, null),
        vatBp: values.vatBp,
        why: values.why ?? '',
      })}
      fieldNames={termsFields}
      submit={t('terms.create')}
      done={({ id }) => void navigate(`/freight-terms/${id}`)}
    >
      <TermsItems ways={['same', 'service_rate']} />
      <TextItem name="why" label={t('field.why')} max={500} required rows={2} />
    </FormPage>
  )
}

/** Writes another version: what was agreed under an older one is settled under that. */
export function NewVersion({ latest, rules }: { readonly latest: TermsVersion; readonly rules: SettlementRules }) {
  const t = useText('freight')
  const { close } = useOpenForm()
  const command = useCommand({ run: api.terms.addVersion.call, invalidate: [api.terms.key()], success: t('saved') })
  const initial = { name: latest.name, vatBp: latest.vatBp, ...termsValues(rules) }
  return (
    <>
      <p className="tz-second">{t('terms.version_means')}</p>
      <FormBox<TermsValues, Parameters<typeof api.terms.addVersion.call>[0], Kept>
        initial={initial}
        command={command}
        toInput={(values) => ({
          id: latest.id,
          version: latest.version,
          name: values.name,
          rules: termsRules(values, rules),
          vatBp: values.vatBp,
          why: values.why ?? '',
        })}
        fieldNames={termsFields}
        submit={t('terms.add_version')}
        done={close}
        onCancel={close}
      >
        <TermsItems ways={['same', 'service_rate', ...(initial.shipperWay === 'own' ? ['own' as const] : [])]} />
        <TextItem name="why" label={t('field.why')} max={500} required rows={2} />
      </FormBox>
    </>
  )
}

function TermsItems({ ways }: { readonly ways: readonly ShipperWay[] }) {
  const t = useText('freight')
  const form = Form.useFormInstance<TermsValues>()
  const unit = Form.useWatch('unit', form) ?? 'ton'
  const mode = Form.useWatch('lossMode', form) ?? 'none'
  const by = Form.useWatch('toleranceBy', form) ?? 'rate'
  const way = Form.useWatch('shipperWay', form) ?? 'same'
  const weighed = isWeighed(unit)
  const options = (prefix: string, values: readonly string[]) =>
    values.map((value) => ({ value, label: t(`${prefix}.${value}`) }))
  return (
    <>
      <TextItem name="name" label={t('field.name')} max={120} required />
      <Form.Item name="unit" label={t('terms.basis')}>
        <Radio.Group options={options('basis', units)} />
      </Form.Item>
      {weighed && (
        <>
          <Form.Item name="weight" label={t('terms.weight')}>
            <Radio.Group options={options('weight', weightRules)} />
          </Form.Item>
          <Form.Item name="lossMode" label={t('terms.loss')}>
            <Radio.Group options={options('loss_mode', lossModes)} />
          </Form.Item>
          {mode !== 'none' && (
            <Form.Item name="lossAs" label={t('terms.loss_as')}>
              <Radio.Group options={options('loss_as', ['money', 'weight'])} />
            </Form.Item>
          )}
          {(mode === 'excess' || mode === 'whole') && (
            <>
              <Form.Item name="toleranceBy" label={t('terms.tolerance')}>
                <Radio.Group options={options('tolerance', ['rate', 'fixed'])} />
              </Form.Item>
              {by === 'fixed' ? (
                <ScaledItem name="toleranceKg" label={t('terms.tolerance_fixed')} scale={0} unit="kg" required />
              ) : (
                <ScaledItem
                  name="toleranceBp"
                  label={t('terms.tolerance_rate')}
                  scale={permilleScale}
                  unit="‰"
                  max={10_000}
                  required
                />
              )}
            </>
          )}
        </>
      )}
      <Form.Item name="shipperWay" label={t('terms.shipper')}>
        <Radio.Group options={options('shipper_way', ways)} />
      </Form.Item>
      {way === 'service_rate' && (
        <ScaledItem
          name="serviceBp"
          label={t('terms.service_rate')}
          scale={percentScale}
          unit="%"
          max={9_999}
          required
          extra={t('terms.service_extra')}
        />
      )}
      <Form.Item name="paidRounding" label={t('terms.paid_rounding')}>
        <Select options={options('rounding', roundings)} />
      </Form.Item>
      <ScaledItem
        name="depositBp"
        label={t('terms.deposit')}
        scale={percentScale}
        unit="%"
        max={10_000}
        extra={t('terms.deposit_extra')}
      />
      <ScaledItem name="vatBp" label={t('terms.vat')} scale={percentScale} unit="%" max={10_000} required />
    </>
  )
}
