/** What is wrong with a model, precise enough to be shown beside the element. */
export type ComplaintKind =
  | 'not_xml'
  | 'too_large'
  | 'not_dmn'
  | 'unsupported_version'
  | 'missing_name'
  | 'duplicate_name'
  | 'unresolved_reference'
  | 'missing_import'
  | 'missing_expression'
  | 'unsupported_expression'
  | 'bad_feel'
  | 'unknown_variable'
  | 'unknown_type'
  | 'cyclic_type'
  | 'cyclic_requirement'
  | 'bad_table'
  | 'overlapping_rules'
  | 'gap'

export type Complaint = {
  readonly kind: ComplaintKind
  /** An error keeps a model from being used; a note is worth a look. */
  readonly severity: 'error' | 'note'
  readonly elementId: string | null
  /** Line in the XML, from 1; null when the file as a whole is meant, or there is no file. */
  readonly line: number | null
  /** English; screens translate `kind` and show elementId, line and value. */
  readonly message: string
  /** What broke the rule, as written. */
  readonly value: string | null
}
