import { oc } from '@orpc/contract'
import * as z from 'zod'
import { Id, Instant, Words } from './contract-parts.ts'

export const CertificateView = z.object({
  id: Id,
  no: z.string(),
  applicationId: Id,
  itemCaseId: Id,
  name: Words,
  holder: z.string().describe('masked for a person'),
  department: z.string(),
  issuedAt: Instant,
  state: z.enum(['valid', 'revoked']),
  automatic: z.boolean(),
  synthetic: z.boolean(),
  verifyPath: z.string().describe('path of the public page, for the QR code'),
})

/** What anybody may see who holds the number: what the certificate shows, nothing else. */
export const CertificateFace = z.object({
  no: z.string(),
  name: Words,
  holder: z.string(),
  department: z.string(),
  issuedOn: z.string(),
  state: z.enum(['valid', 'revoked']),
  revokedOn: z.string().nullable(),
  synthetic: z.boolean(),
})

const tags = ['services']

export const certificateContract = {
  get: oc
    .route({
      method: 'GET',
      path: '/certificates/{id}',
      summary: '证照 · One certificate, with what its PDF prints',
      tags,
    })
    .input(z.object({ id: Id }))
    .output(
      CertificateView.extend({
        oneThing: Words,
        applicationNo: z.string(),
        lines: z
          .array(z.object({ name: Words, value: z.string() }))
          .describe('fields of the item as they were decided'),
      }),
    ),
  file: oc
    .route({
      method: 'GET',
      path: '/certificates/{id}/certificate.pdf',
      summary: '证照文件 · The certificate as PDF',
      tags,
    })
    .input(z.object({ id: Id }))
    .output(z.file()),
  verify: oc
    .route({
      method: 'GET',
      path: '/public/certificates/{no}',
      summary: '证照核验 · Verify a certificate by its number, without signing in',
      tags,
    })
    .input(z.object({ no: z.string().trim().min(1).max(60) }))
    .output(CertificateFace),
}
