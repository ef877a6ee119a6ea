import type { FieldDef, FieldGroup } from './field.ts'
import type { OneThing } from './one-thing.ts'
import type { Selection } from './situation.ts'

/** A field, and the selected items that need it. */
export type FormField = { readonly field: FieldDef; readonly items: readonly string[] }
export type FormGroup = FieldGroup & { readonly fields: readonly FormField[] }

/** One form for all selected items 一表申请: groups in the order of the one-thing, each field once. */
export type Form = { readonly groups: readonly FormGroup[] }

/**
 * The union of the fields of the selected items, each asked once.
 * Source: casework.md §10, "filling once". O(items × fields).
 */
export function formOf(
  { groups, fields }: Pick<OneThing, 'groups' | 'fields'>,
  { items }: Pick<Selection, 'items'>,
): Form {
  const needed = fields.flatMap((field) => {
    const needing = items.filter((item) => item.fields.includes(field.code)).map(({ code }) => code)
    return needing.length > 0 ? [{ field, items: needing }] : []
  })
  return {
    groups: groups.flatMap((group) => {
      const own = needed.filter(({ field }) => field.group === group.code)
      return own.length > 0 ? [{ ...group, fields: own }] : []
    }),
  }
}

/** The fields in the order of asking. O(fields). */
export const fieldsOf = (form: Form): readonly FieldDef[] =>
  form.groups.flatMap(({ fields }) => fields.map(({ field }) => field))
