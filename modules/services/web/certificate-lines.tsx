import { CopyId, StateTag, useText, When } from '@tingzhou/ui'
import { Link } from 'react-router'
import { useBase } from './surface.ts'
import { SyntheticMark } from './tags.tsx'
import { useSay, type Application } from './words.ts'

/** The certificates of an application, each with its page. */
export function CertificateLines({ certificates }: { readonly certificates: Application['certificates'] }) {
  const t = useText('services')
  const say = useSay()
  const { base } = useBase()
  if (certificates.length === 0) return <p className="tz-second">{t('certificate.none')}</p>
  return (
    <ul className="services-lines">
      {certificates.map((certificate) => (
        <li key={certificate.id} className="services-wraps">
          <span>
            <Link to={`${base}/certificates/${certificate.id}`}>{say(certificate.name)}</Link>
            <span className="tz-caption services-under">
              {certificate.department} · <When at={certificate.issuedAt} />
            </span>
            <SyntheticMark when={certificate.synthetic} />
          </span>
          <span className="services-line">
            <CopyId value={certificate.no} />
            <StateTag tone={certificate.state === 'valid' ? 'good' : 'bad'}>
              {t(`certificate_state.${certificate.state}`)}
            </StateTag>
          </span>
        </li>
      ))}
    </ul>
  )
}
