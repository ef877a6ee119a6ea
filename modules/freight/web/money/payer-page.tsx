import { useQuery } from '@tanstack/react-query'
import {
  EmptyState,
  FactList,
  FormBox,
  FormDrawer,
  OpenFormButton,
  Page,
  Panel,
  ProblemAlert,
  useCommand,
  useMe,
  useOpenForm,
  useText,
  VerbButton,
  When,
  TextItem,
} from '@tingzhou/ui'
import { api } from '../api.ts'
import { mayDeal } from '../carriage/rights.ts'
import { useCodes } from '../codes.ts'
import { CodeItem } from '../fields.tsx'
import type { Payer } from './api.ts'
import { placeOf } from './places.ts'

/** The account that the platform pays from; its number is shown to nobody. */
export function PayerPage() {
  const t = useText('freight')
  const me = useMe()
  const query = useQuery(api.bank.payer.queryOptions())
  const payer = query.data?.payer ?? null
  return (
    <Page
      title={t('payer.title')}
      width="reading"
      verbs={<VerbButton href={placeOf.desk}>{t('money.title')}</VerbButton>}
      primary={
        query.data && (
          <OpenFormButton name="payer" primary reason={mayDeal(me) ? null : t('reason.deal')}>
            {t(payer ? 'verb.change' : 'payer.set')}
          </OpenFormButton>
        )
      }
    >
      {query.error && <ProblemAlert problem={query.error} onRetry={() => void query.refetch()} />}
      {query.data && !payer && <EmptyState title={t('payer.none')} text={t('payer.means')} />}
      {payer && <Shown payer={payer} />}
      {query.data && (
        <FormDrawer name="payer" title={t('payer.title')}>
          <SetForm payer={payer} />
        </FormDrawer>
      )}
    </Page>
  )
}

function Shown({ payer }: { readonly payer: Payer }) {
  const t = useText('freight')
  const banks = useCodes('bank')
  return (
    <Panel>
      <FactList
        facts={[
          { label: t('payee.holder'), value: payer.holder },
          { label: t('payee.bank'), value: banks.name(payer.bankCode) },
          { label: t('payee.account'), value: <span className="tz-mono">{payer.account}</span> },
          { label: t('payer.set_by'), value: payer.updatedBy },
          { label: t('updated'), value: <When at={payer.updatedAt} /> },
        ]}
      />
      <p className="tz-second">{t('payer.means')}</p>
    </Panel>
  )
}

type Input = Parameters<typeof api.bank.setPayer.call>[0]
type Values = Omit<Input, 'commandId' | 'rev'>

function SetForm({ payer }: { readonly payer: Payer | null }) {
  const t = useText('freight')
  const { close } = useOpenForm()
  const command = useCommand({ run: api.bank.setPayer.call, invalidate: [api.bank.key()], success: t('saved') })
  return (
    <FormBox<Values, Input, { id: string }>
      initial={payer ? { holder: payer.holder, bankCode: payer.bankCode } : {}}
      command={command}
      toInput={(values) => ({ ...values, rev: payer?.rev ?? 0 })}
      submit={t('verb.save')}
      done={close}
      onCancel={close}
    >
      <TextItem name="holder" label={t('payee.holder')} max={140} required />
      <CodeItem name="bankCode" label={t('payee.bank')} table="bank" required />
      <TextItem name="accountNumber" label={t('payee.account')} max={60} required extra={t('payee.extra')} />
      <TextItem name="why" label={t('field.why')} max={500} required rows={2} />
    </FormBox>
  )
}
