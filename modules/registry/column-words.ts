import type { Lang } from '@tingzhou/parties'
import type { ColumnSpec } from '@tingzhou/sheets'

/** What a column may be called: in Chinese, in English, then otherwise; and what the example row says in it. */
type Words = { readonly heads: readonly string[]; readonly example: string }

/** A head without what does not matter: case, width, spaces, a star that says it is required. */
const plainHead = (head: string): string =>
  head
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[\s_*:-]+/g, '')

/** The columns of a workbook whose words are data. */
export function columnWords<const Field extends string>(columns: Readonly<Record<Field, Words>>) {
  const fields = (Object.keys(columns) as readonly string[]).filter((key): key is Field => key in columns)
  const byHead = new Map(fields.flatMap((field) => columns[field].heads.map((head) => [plainHead(head), field])))
  return {
    /** In the order of the template. */
    fields,
    /** The head of a column as the template writes it. */
    headOf: (field: Field, lang: Lang): string => {
      const [zh = field, en = field] = columns[field].heads
      return lang === 'en' ? en : zh
    },
    exampleOf: (field: Field): string => columns[field].example,
    /** Which field a head means. */
    fieldOf: (head: string): Field | undefined => byHead.get(plainHead(head)),
    column: <T>(field: Field, parse: ColumnSpec<T>['parse']) => {
      const [first = field, ...others] = columns[field].heads
      return { headers: [first, ...others], required: false as const, parse } satisfies ColumnSpec<T>
    },
  }
}
