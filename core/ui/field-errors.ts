import type { FieldError } from './api.ts'

/**
 * Sorts a problem's field errors to the fields of a form.
 * @param errors  from the server, `field` with dots
 * @param paths   the form's fields, with dots
 * @param names   server name → form name, where they differ
 * @returns messages by form field, and the errors no field carries
 */
export function splitErrors(
  errors: readonly FieldError[],
  paths: readonly string[],
  names: Readonly<Record<string, string>> = {},
): { readonly atField: ReadonlyMap<string, string[]>; readonly onTop: readonly FieldError[] } {
  const atField = new Map<string, string[]>()
  const onTop: FieldError[] = []
  for (const error of errors) {
    const path = fieldFor(names[error.field] ?? error.field, paths)
    if (path === undefined) onTop.push(error)
    else atField.set(path, [...(atField.get(path) ?? []), error.message])
  }
  return { atField, onTop }
}

/** The field itself, or the nearest one above it: `files.0.id` is said at `files`. */
function fieldFor(field: string, paths: readonly string[]): string | undefined {
  const parts = field.split('.')
  for (let length = parts.length; length > 0; length--) {
    const path = parts.slice(0, length).join('.')
    if (paths.includes(path)) return path
  }
  return undefined
}
