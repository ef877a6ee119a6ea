import { useQuery } from '@tanstack/react-query'
import { Form } from 'antd'
import {
  FileField,
  FormBox,
  Panel,
  StateTag,
  useCommand,
  useText,
  VerbButton,
  When,
  type Content,
  type UploadedFile,
} from '@tingzhou/ui'
import type * as z from 'zod'
import type { DataRequestRow } from '../measure-contract.ts'
import { api, movedKeys } from './api.ts'
import { requestTones } from './request-list.tsx'
import { sourceText } from './source-name.tsx'
import { useSay } from './words.ts'

type Row = z.infer<typeof DataRequestRow>
type Values = { readonly files?: Readonly<Record<string, readonly UploadedFile[]>> }
type HandIn = Parameters<typeof api.dataSources.handIn.call>[0]
type Moved = Awaited<ReturnType<typeof api.dataSources.handIn.call>>

/** 共享数据调取: what is still fetched, what the applicant has to give instead, and a late answer that waits for a word. */
export function FetchBox({ applicationId, state }: { readonly applicationId: string; readonly state: string }) {
  const t = useText('services')
  const query = useQuery({
    ...api.dataRequests.list.queryOptions({ input: { applicationId, limit: 100 } }),
    enabled: state === 'check' || state === 'correction' || state === 'running',
  })
  const rows = (query.data?.rows ?? []).filter(
    (row) => row.dueAt !== null && (row.state === 'asked' || row.mayHandIn || row.mayConsent),
  )
  if (rows.length === 0) return null
  return (
    <Panel title={t('fetch.title')}>
      <ul className="services-lines">
        {rows.map((row) => (
          <li key={row.id}>
            <FetchLine row={row} />
          </li>
        ))}
      </ul>
    </Panel>
  )
}

const keys = [...movedKeys, api.dataRequests.key()]

function FetchLine({ row }: { readonly row: Row }) {
  const t = useText('services')
  const say = useSay()
  const names = row.materials.map(({ name }) => say(name)).join(t('list_comma'))
  return (
    <div className="services-fetch">
      <p className="services-line">
        <strong title={row.service}>{names || sourceText(t, say, row.service, row.serviceName)}</strong>
        <StateTag tone={requestTones[row.state]}>{t(`request_state.${row.state}`)}</StateTag>
        {row.failure !== null && <span className="tz-caption">{t(`request_failure.${row.failure}`)}</span>}
      </p>
      {row.state === 'asked' && (
        <p className="tz-second">
          {t('fetch.waits')}{' '}
          {row.dueAt !== null && (
            <>
              {t('fetch.until')} <When at={row.dueAt} />
            </>
          )}
        </p>
      )}
      {row.mayConsent && <Consent id={row.id} />}
      {row.mayHandIn && <HandInForm row={row} />}
    </div>
  )
}

function Consent({ id }: { readonly id: string }) {
  const t = useText('services')
  const command = useCommand({
    run: api.dataSources.consent.call,
    invalidate: keys,
    success: (_moved, { agree }) => t(agree ? 'fetch.agreed' : 'fetch.disagreed'),
  })
  return (
    <>
      <p>{t('fetch.late_text')}</p>
      <p className="services-verbs">
        <VerbButton loading={command.pending} onClick={() => void command.run({ id, agree: false })}>
          {t('fetch.disagree')}
        </VerbButton>
        <VerbButton loading={command.pending} onClick={() => void command.run({ id, agree: true })}>
          {t('fetch.agree')}
        </VerbButton>
      </p>
    </>
  )
}

function HandInForm({ row }: { readonly row: Row }) {
  const t = useText('services')
  const say = useSay()
  const command = useCommand({ run: api.dataSources.handIn.call, invalidate: keys, success: t('fetch.handed') })
  return (
    <>
      <p className="tz-second">{t('fetch.hand_in_text')}</p>
      <FormBox<Values, HandIn, Moved>
        command={command}
        submit={t('fetch.hand_in')}
        toInput={(values): Content<HandIn> => ({
          id: row.id,
          materials: row.materials.map(({ code }) => ({
            code,
            fileIds: (values.files?.[code] ?? []).map(({ id }) => id),
          })),
        })}
      >
        {row.materials.map(({ code, name }) => (
          <Form.Item key={code} name={['files', code]} label={say(name)}>
            <FileField max={9} capture />
          </Form.Item>
        ))}
      </FormBox>
    </>
  )
}
