import { useQuery } from '@tanstack/react-query'
import {
  CopyId,
  FactList,
  isNowhere,
  localDateOf,
  NotFound,
  ProblemAlert,
  SkeletonLines,
  StateTag,
  useLate,
  usePageTitle,
  useText,
  VerbButton,
} from '@tingzhou/ui'
import { Link, useParams } from 'react-router'
import { api } from './api.ts'
import { QrCode } from './qr-code.tsx'
import { useBase } from './surface.ts'
import { SyntheticMark } from './tags.tsx'
import { useSay } from './words.ts'

/** 电子证照: what the certificate says, with the code that anybody can verify it by; prints on one sheet. */
export function CertificatePage() {
  const t = useText('services')
  const say = useSay()
  const { counter, base } = useBase()
  const { id = '' } = useParams()
  const query = useQuery(api.certificates.get.queryOptions({ input: { id } }))
  const certificate = query.data
  usePageTitle(certificate ? say(certificate.name) : t('certificate.title'))
  const late = useLate(query.isPending)
  const frame = counter ? 'services-counter' : 'tz-page services-reading'
  if (!certificate) {
    if (query.error && isNowhere(query.error)) return <NotFound />
    return (
      <div className={frame}>
        {late && <SkeletonLines lines={8} />}
        <ProblemAlert problem={query.error} onRetry={() => void query.refetch()} />
      </div>
    )
  }
  const address = new URL(certificate.verifyPath, window.location.origin).href
  return (
    <div className={frame}>
      <article className="services-certificate">
        <header>
          <h1 tabIndex={-1}>{say(certificate.name)}</h1>
          <StateTag tone={certificate.state === 'valid' ? 'good' : 'bad'}>
            {t(`certificate_state.${certificate.state}`)}
          </StateTag>
          <SyntheticMark when={certificate.synthetic} />
        </header>
        <FactList
          facts={[
            { label: t('certificate.no'), value: <CopyId value={certificate.no} /> },
            { label: t('certificate.holder'), value: certificate.holder },
            { label: t('certificate.department'), value: certificate.department },
            { label: t('certificate.issued'), value: localDateOf(certificate.issuedAt) },
            ...certificate.lines.map(({ name, value }) => ({ label: say(name), value })),
          ]}
        />
        <footer>
          <QrCode text={address} label={t('certificate.qr')} />
          <p className="tz-caption">
            {t('certificate.verify_at')}
            <br />
            <a href={address}>{address}</a>
            {certificate.automatic && (
              <>
                <br />
                {t('certificate.automatic')}
              </>
            )}
          </p>
        </footer>
      </article>
      <div className="services-verbs services-no-print">
        <VerbButton onClick={() => window.print()}>{t('verb.print')}</VerbButton>
        <a href={`/api/v1/certificates/${id}/certificate.pdf`} download>
          {t('verb.pdf')}
        </a>
        <Link to={`${base}/applications/${certificate.applicationId}`}>
          {say(certificate.oneThing)} {certificate.applicationNo}
        </Link>
      </div>
    </div>
  )
}
