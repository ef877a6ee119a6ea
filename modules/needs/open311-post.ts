import { at, jsonb, newId, runCommand, type CommandReused, type Tx } from '@tingzhou/db'
import { err, ok, type Result } from '@tingzhou/kernel'
import type { Actor, Lang } from '@tingzhou/parties'
import * as z from 'zod'
import { createAppeal, type RaiseError } from './appeal.ts'
import type { NeedsDeps } from './dossier.ts'
import { checkAnswers, describeAnswers, formOf, type Answers, type FormError } from './open311-form.ts'
import { findCategory } from './taxonomy.ts'
import { blankAppeal } from './visits.ts'

const text = (max: number) => z.string().trim().max(max).optional()
const degrees = (max: number) =>
  z
    .string()
    .trim()
    .regex(/^[-+]?\d{1,3}(\.\d{1,15})?$/, 'a number of degrees')
    .transform(Number)
    .refine((value) => Math.abs(value) <= max, `between -${max} and ${max}`)
    .optional()

/** The fields of a posted request, GeoReport v2 "POST Service Request". */
export const PostedRequest = z.object({
  service_code: z.string({ error: 'required' }).trim().min(1, 'required').max(20),
  lat: degrees(90),
  long: degrees(180),
  address_string: text(200),
  address_id: text(100),
  email: z.email().max(200).optional(),
  device_id: text(200),
  account_id: text(200),
  first_name: text(30),
  last_name: text(30),
  phone: z
    .string()
    .trim()
    .regex(/^$|^\+?[\d -]{5,20}$/, 'digits, spaces and hyphens, 5 to 20')
    .optional(),
  description: z.string().trim().max(4_000, 'at most 4000 characters').optional(),
  media_url: z
    .url({ protocol: /^https?$/ })
    .max(1_000)
    .optional(),
})
export type PostedRequest = z.infer<typeof PostedRequest>

export type PostError =
  | FormError
  | { readonly kind: 'service_unknown'; readonly code: string }
  | { readonly kind: 'location_missing' }
  | { readonly kind: 'description_missing' }
  | RaiseError
  | CommandReused

export type Posted = { readonly no: string | null; readonly token: string }

/** Makes an appeal of a posted request. */
export function postRequest(
  deps: NeedsDeps,
  actor: Actor,
  posted: PostedRequest,
  answers: Answers,
  lang: Lang,
): Promise<Result<Posted, PostError>> {
  // The standard knows no command id: every post is a request of its own.
  const command = { commandId: newId(), actorId: actor.accountId, name: 'needs.open311', input: { posted, answers } }
  return runCommand(deps, command, (tx) => raise(tx, deps, actor, posted, answers, lang))
}

async function raise(
  tx: Tx,
  deps: NeedsDeps,
  actor: Actor,
  posted: PostedRequest,
  answers: Answers,
  lang: Lang,
): Promise<Result<Posted, PostError>> {
  const service = await findCategory(tx, deps.zoneId, posted.service_code)
  if (!service || service.parent === null || service.retired)
    return err({ kind: 'service_unknown', code: posted.service_code })
  const located = posted.lat !== undefined && posted.long !== undefined
  if (!located && !posted.address_string && !posted.address_id) return err({ kind: 'location_missing' })
  const form = formOf(service.code)
  const checked = checkAnswers(form, answers)
  if (!checked.ok) return checked
  const said = [posted.description ?? '', ...describeAnswers(form, answers, lang)].filter((line) => line !== '')
  if (said.length === 0) return err({ kind: 'description_missing' })
  const body = said.join('\n').slice(0, 4_000)
  const raised = await createAppeal(tx, deps, actor, {
    ...blankAppeal,
    title: titleOf(posted.description, lang === 'en' ? service.nameEn : service.nameZh),
    text: body,
    nature: 'help',
    category: service.code,
    wanted: '',
    areaId: null,
    lat: located ? (posted.lat ?? null) : null,
    lon: located ? (posted.long ?? null) : null,
    address: posted.address_string ?? posted.address_id ?? '',
    contactName: [posted.last_name, posted.first_name].filter(Boolean).join(' '),
    contactPhone: posted.phone ?? '',
    sensitive: false,
    fileIds: [],
    enterpriseId: null,
    channel: 'open311',
  })
  if (!raised.ok) return raised
  const token = newId()
  await tx
    .insertInto('open311_request')
    .values({
      zone_id: deps.zoneId,
      appeal_id: raised.value.id,
      token,
      service_code: service.code,
      account_id: actor.accountId,
      media_url: posted.media_url ?? null,
      device_id: posted.device_id ?? null,
      attributes: jsonb(answers),
      requested_at: at(deps.clock()),
    })
    .execute()
  return ok({ no: raised.value.no, token })
}

const titleLength = 60

/** The first line of what was described, else the name of the service. */
function titleOf(description: string | undefined, service: string): string {
  const first = (description ?? '').split('\n', 1)[0]?.trim() ?? ''
  const letters = [...(first || service)]
  return letters.length <= titleLength ? letters.join('') : `${letters.slice(0, titleLength - 1).join('')}…`
}
