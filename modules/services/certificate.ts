import { at, jsonb, type Tx } from '@tingzhou/db'
import { certificateNumber } from './certificate-number.ts'
import { planOfApplication } from './application-check.ts'
import { departmentIn } from './plan.ts'
import { write, type Dossier } from './dossier.ts'
import type { FieldDef } from './field.ts'
import { applicationOf } from './item-decide.ts'
import { textOf } from './texts.ts'
import type { Words } from './words.ts'

// What names, reaches or signs for a person stands on no certificate.
const personal = new Set<FieldDef['type']>(['id_number', 'phone', 'signature', 'signed_on', 'consent', 'declaration'])

// How the result comes to its holder.
const delivery = new Set(['delivery_way', 'delivery_address'])

/** Whether a field is part of what is granted; who brings the application and where the result goes is not. Pure. O(1). */
export const isPrinted = ({ code, type, prefill }: Pick<FieldDef, 'code' | 'type' | 'prefill'>): boolean =>
  !personal.has(type) && !delivery.has(code) && prefill?.startsWith('application.') !== true

/** Issues the certificate of a granted item, if the item has one. @returns its number */
export async function issueCertificate(
  tx: Tx,
  subject: Dossier<'item_case'>,
  automatic: boolean,
): Promise<string | null> {
  const { deps, row, now } = subject
  const application = await applicationOf(tx, subject)
  const planned = await planOfApplication(tx, deps, application)
  const item = planned.selection.items.find(({ code }) => code === row.code)
  if (!item?.certificate) return null
  const no = certificateNumber(deps.random(10))
  const fields = planned.stored.body.fields.filter((field) => item.fields.includes(field.code) && isPrinted(field))
  write(
    subject,
    tx.insertInto('certificate').values({
      zone_id: deps.zoneId,
      id: deps.newId(),
      no,
      application_id: application.id,
      item_case_id: row.id,
      name_zh: item.certificate.zh,
      name_en: item.certificate.en,
      holder: application.applicant_name,
      holder_kind: application.target,
      department: departmentIn(planned, item.department).name,
      lines: jsonb(fields.flatMap((field) => lineOf(field, application.field_values[field.code]))),
      automatic,
      issued_at: at(now),
      state: 'valid',
      revoked_reason: null,
      synthetic: application.synthetic,
    }),
  )
  return no
}

/** A field as a certificate prints it, in both languages; none when it was left empty. Pure. O(options). */
export function lineOf(field: FieldDef, value: unknown): readonly { readonly name: Words; readonly value: Words }[] {
  const line = { zh: textOfValue(field, value, 'zh'), en: textOfValue(field, value, 'en') }
  return line.zh === '' ? [] : [{ name: field.name, value: line }]
}

function textOfValue(field: FieldDef, value: unknown, lang: keyof Words): string {
  if (value === undefined || value === null || value === '') return ''
  if ('options' in field) {
    const chosen: readonly unknown[] = Array.isArray(value) ? value : [value]
    const names = field.options.flatMap((option) => (chosen.includes(option.value) ? [option.name[lang]] : []))
    return names.join(lang === 'zh' ? '、' : ', ')
  }
  if (typeof value === 'boolean') return textOf(value ? 'yes' : 'no')[lang]
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return 'unit' in field && field.unit ? `${text} ${field.unit[lang]}` : text
}

/** A person's name as others may read it: the first character, the rest hidden. */
const maskName = (name: string): string => {
  const [first, ...rest] = [...name]
  return first === undefined ? '' : first + '*'.repeat(Math.max(1, Math.min(3, rest.length)))
}

/** The holder of something, as it is shown: firms by name, persons masked. */
export const shownName = (kind: 'enterprise' | 'person', name: string): string =>
  kind === 'person' ? maskName(name) : name
