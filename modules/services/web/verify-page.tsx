import { useQuery } from '@tanstack/react-query'
import { Input } from 'antd'
import {
  FactList,
  ProblemAlert,
  SkeletonLines,
  StateTag,
  toProblem,
  useLate,
  usePageTitle,
  useText,
} from '@tingzhou/ui'
import { useNavigate, useParams } from 'react-router'
import { api } from './api.ts'
import { SyntheticMark } from './tags.tsx'
import { useSay } from './words.ts'

/** 证照核验: anybody who holds the number sees what the certificate shows, and nothing else. */
export function VerifyPage() {
  const t = useText('services')
  const { no = '' } = useParams()
  const navigate = useNavigate()
  usePageTitle(t('verify.title'))
  return (
    <div className="services-verify">
      <section className="tz-panel">
        <h1 tabIndex={-1}>{t('verify.title')}</h1>
        <p className="tz-second">{t('verify.lead')}</p>
        <Input.Search
          key={no}
          defaultValue={no}
          maxLength={60}
          aria-label={t('certificate.no')}
          placeholder={t('certificate.no')}
          enterButton={t('verb.verify')}
          onSearch={(text) => text.trim() !== '' && void navigate(`/verify/${encodeURIComponent(text.trim())}`)}
        />
        {no !== '' && <Answer no={no} />}
      </section>
    </div>
  )
}

function Answer({ no }: { readonly no: string }) {
  const t = useText('services')
  const say = useSay()
  const query = useQuery({ ...api.certificates.verify.queryOptions({ input: { no } }), retry: false })
  const late = useLate(query.isPending)
  if (query.isPending) return late ? <SkeletonLines lines={5} /> : null
  if (!query.data) {
    const { status } = toProblem(query.error)
    if (status !== 404 && status !== 422)
      return <ProblemAlert problem={query.error} onRetry={() => void query.refetch()} />
    return (
      <p className="services-bad" role="status">
        {t('verify.unknown', { no })}
      </p>
    )
  }
  const face = query.data
  return (
    <div role="status">
      <p className="services-verdict">
        <StateTag tone={face.state === 'valid' ? 'good' : 'bad'}>{t(`certificate_state.${face.state}`)}</StateTag>
        <SyntheticMark when={face.synthetic} />
      </p>
      <FactList
        facts={[
          { label: t('certificate.name'), value: say(face.name) },
          { label: t('certificate.no'), value: face.no },
          { label: t('certificate.holder'), value: face.holder },
          { label: t('certificate.department'), value: face.department },
          { label: t('certificate.issued'), value: face.issuedOn },
          ...(face.revokedOn === null ? [] : [{ label: t('certificate.revoked_on'), value: face.revokedOn }]),
        ]}
      />
    </div>
  )
}
