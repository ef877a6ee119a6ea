import { useQuery } from '@tanstack/react-query'
import {
  FormBox,
  FormDrawer,
  ObjectPage,
  OpenFormButton,
  useCommand,
  useLive,
  useMe,
  useOpenForm,
  useText,
  VerbButton,
  When,
  HistoryTrail,
} from '@tingzhou/ui'
import { Link, useParams } from 'react-router'
import { api } from '../api.ts'
import { ChangeItems } from '../fields.tsx'
import { OpenTag, SyntheticMark } from '../tags.tsx'
import type { ContractDetail } from './api.ts'
import { frameworkInput, FrameworkItems, type FrameworkValues } from './framework-form.tsx'
import { AddPrice, EndPrice, Prices } from './framework-prices.tsx'
import { isPlatform, mayDeal } from './rights.ts'
import { useSurface } from './surface.ts'
import { termsKey } from './terms-key.ts'

/** One framework contract: its rules, its prices by lane, what happened to it. */
export function ContractPage() {
  const t = useText('freight')
  const me = useMe()
  const at = useSurface()
  const { id = '' } = useParams()
  const query = useQuery(api.contracts.get.queryOptions({ input: { id } }))
  const history = useQuery(api.contracts.history.queryOptions({ input: { id } }))
  useLive({ kinds: ['freight_contract'], objectId: id, keys: [api.contracts.key()] })
  const contract = query.data
  if (!contract)
    return (
      <ObjectPage
        title={t('framework.one')}
        loading={query.isPending}
        problem={query.error}
        onRetry={() => void query.refetch()}
      />
    )
  const { terms, state } = contract
  const refused = mayDeal(me) ? null : t('reason.deal')
  const named = `${terms.name} · v${terms.version}`
  return (
    <>
      <ObjectPage
        title={t('framework.of', { shipper: contract.shipper.name })}
        id={contract.number}
        state={
          <>
            <OpenTag state={state} /> <SyntheticMark when={contract.synthetic} />
          </>
        }
        primary={
          at.counter ? (
            <VerbButton type="primary" href={at.newLoad}>
              {t('load.post')}
            </VerbButton>
          ) : (
            <OpenFormButton
              name="price"
              primary
              reason={refused ?? (state === 'closed' ? t('reason.contract_closed') : null)}
            >
              {t('framework.add_price')}
            </OpenFormButton>
          )
        }
        verbs={
          at.counter ? null : (
            <OpenFormButton name="edit" reason={refused}>
              {t('verb.change')}
            </OpenFormButton>
          )
        }
        facts={[
          { label: t('field.shipper'), value: contract.shipper.name },
          {
            label: t('field.terms'),
            value: isPlatform(me) ? <Link to={`/freight-terms/${terms.id}`}>{named}</Link> : named,
          },
          { label: t('framework.days'), value: `${contract.signedOn} – ${contract.validTo}` },
          { label: t('field.remark'), value: contract.remark || '–' },
          { label: t('updated'), value: <When at={contract.updatedAt} /> },
        ]}
        tabs={[{ key: 'prices', label: t('framework.prices'), children: <Prices contract={contract} /> }]}
        trail={<HistoryTrail did="freight:did" rows={history.data?.rows} />}
        problem={query.error}
      />
      <FormDrawer name="price" title={t('framework.add_price')}>
        <AddPrice contract={contract} />
      </FormDrawer>
      <FormDrawer name="end_price" title={t('framework.end_price')}>
        <EndPrice contract={contract} />
      </FormDrawer>
      <FormDrawer name="edit" title={t('framework.change')}>
        <Edit contract={contract} />
      </FormDrawer>
    </>
  )
}

type EditValues = FrameworkValues & { readonly state: 'open' | 'closed'; readonly why: string }

function Edit({ contract }: { readonly contract: ContractDetail }) {
  const t = useText('freight')
  const { close } = useOpenForm()
  const command = useCommand({ run: api.contracts.change.call, invalidate: [api.contracts.key()], success: t('saved') })
  return (
    <FormBox<EditValues, Parameters<typeof api.contracts.change.call>[0], { readonly id: string }>
      initial={{ ...contract, terms: termsKey(contract.terms) }}
      command={command}
      toInput={(values) => ({
        ...frameworkInput(values),
        state: values.state,
        why: values.why,
        id: contract.id,
        rev: contract.rev,
      })}
      fieldNames={{ termsVersion: 'terms', termsId: 'terms' }}
      submit={t('verb.save')}
      done={close}
      onCancel={close}
    >
      <FrameworkItems />
      <ChangeItems />
    </FormBox>
  )
}
