import {
  FormBox,
  FormDrawer,
  OpenFormButton,
  PlainTable,
  rowItem,
  useCommand,
  useMe,
  useOpenForm,
  useOpenRow,
  useText,
  TextItem,
} from '@tingzhou/ui'
import { api, type CarrierDetail, type Done } from './api.ts'
import { useCodes } from './codes.ts'
import { CodeItem } from './fields.tsx'
import { mayPay } from './roles.ts'
import { OpenTag } from './tags.tsx'

/** Where a carrier is paid; only the last four digits are ever shown. */
export function Payees({ carrier }: { readonly carrier: CarrierDetail }) {
  const t = useText('freight')
  const me = useMe()
  const banks = useCodes('bank')
  const refused = mayPay(me) ? null : t('reason.pay')
  return (
    <>
      <PlainTable
        name={t('payee.title')}
        empty={t('payee.none')}
        head={[t('payee.holder'), t('payee.bank'), t('payee.account'), t('field.state'), t('field.verbs')]}
        rows={carrier.payees.map((payee) => ({
          key: payee.id,
          cells: [
            `${payee.holder}${payee.delegated ? ` · ${t('payee.delegated')}` : ''}`,
            banks.name(payee.bankCode),
            <span key="account" className="tz-mono">
              {payee.lastFour}
            </span>,
            <OpenTag key="state" state={payee.state} />,
            <OpenFormButton
              key="verb"
              name="close-payee"
              item={rowItem(payee)}
              size="small"
              reason={payee.state === 'closed' ? t('state.closed') : refused}
            >
              {t('payee.close')}
            </OpenFormButton>,
          ],
        }))}
      />
      <FormDrawer name="close-payee" title={t('payee.close')}>
        <ClosePayee carrierId={carrier.id} />
      </FormDrawer>
    </>
  )
}

type Values = { readonly holder: string; readonly bankCode: string; readonly accountNumber: string }

/** The form beside the carrier, whichever of its tabs is open. */
export function AddPayeeDrawer({ carrier }: { readonly carrier: CarrierDetail }) {
  const t = useText('freight')
  return (
    <FormDrawer name="payee" title={t('payee.add')}>
      <AddPayee carrier={carrier} />
    </FormDrawer>
  )
}

function AddPayee({ carrier }: { readonly carrier: CarrierDetail }) {
  const t = useText('freight')
  const { close } = useOpenForm()
  const command = useCommand({ run: api.carriers.addPayee.call, invalidate: [api.carriers.key()], success: t('saved') })
  return (
    <FormBox<Values, Parameters<typeof api.carriers.addPayee.call>[0], Done>
      initial={{ holder: carrier.name }}
      command={command}
      toInput={(values) => ({ ...values, id: carrier.id })}
      submit={t('payee.add')}
      done={close}
      onCancel={close}
    >
      <TextItem name="holder" label={t('payee.holder')} max={512} required />
      <CodeItem name="bankCode" label={t('payee.bank')} table="bank" required />
      <TextItem name="accountNumber" label={t('payee.account')} max={40} required extra={t('payee.extra')} />
    </FormBox>
  )
}

function ClosePayee({ carrierId }: { readonly carrierId: string }) {
  const t = useText('freight')
  const { id: payeeId, rev, close } = useOpenRow()
  const command = useCommand({
    run: api.carriers.closePayee.call,
    invalidate: [api.carriers.key()],
    success: t('saved'),
  })
  return (
    <FormBox<{ readonly why: string }, Parameters<typeof api.carriers.closePayee.call>[0], Done>
      command={command}
      toInput={({ why }) => ({ id: carrierId, payeeId, rev, why })}
      submit={t('payee.close')}
      done={close}
      onCancel={close}
    >
      <TextItem name="why" label={t('field.why')} max={500} required rows={2} />
    </FormBox>
  )
}
