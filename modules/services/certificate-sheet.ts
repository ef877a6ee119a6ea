import { localDateOf } from '@tingzhou/calendar'
import { epochMs } from '@tingzhou/kernel'
import type { Lang } from '@tingzhou/parties'
import { printPdf, type PrintedDocument } from '@tingzhou/print'
import type { findCertificate } from './certificate-view.ts'
import en from './locales/certificate.en.json' with { type: 'json' }
import zhCN from './locales/certificate.zh-CN.json' with { type: 'json' }
import { inLanguage } from './reader.ts'

type Certificate = NonNullable<Awaited<ReturnType<typeof findCertificate>>>

/**
 * What a certificate prints. Pure. O(lines).
 * @param publicUrl  where the zone answers to everybody, without a slash at the end
 */
export function certificateDocument(certificate: Certificate, lang: Lang, publicUrl: string): PrintedDocument {
  const text = lang === 'en' ? en : zhCN
  return {
    title: inLanguage(certificate.name, lang),
    number: certificate.no,
    issuer: certificate.department,
    issuedOn: localDateOf(epochMs(certificate.issuedAt)),
    fields: [
      { label: text.holder, value: certificate.holder },
      { label: text.service, value: `${inLanguage(certificate.oneThing, lang)} ${certificate.applicationNo}`.trim() },
      ...certificate.lines.map(({ name, value }) => ({ label: inLanguage(name, lang), value })),
    ],
    paragraphs: [certificate.automatic ? text.automatic : text.reviewed],
    verify: { url: `${publicUrl}${certificate.verifyPath}`, hint: text.verify },
    foot: text.foot,
    watermark: certificate.state === 'revoked' ? text.revoked : certificate.synthetic ? text.demo : null,
    lang,
    madeAt: certificate.issuedAt,
  }
}

/** The certificate as a file. The same certificate gives the same bytes. */
export async function printCertificate(certificate: Certificate, lang: Lang, publicUrl: string): Promise<File> {
  const bytes = await printPdf(certificateDocument(certificate, lang, publicUrl))
  return new File([new Uint8Array(bytes)], `${certificate.no}.pdf`, { type: 'application/pdf' })
}
