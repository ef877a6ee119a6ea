/** What is wrong with a model, precise enough to be shown beside the element. */
export type ComplaintKind =
  | 'not_xml'
  | 'too_large'
  | 'no_process'
  | 'outside_subset'
  | 'duplicate_id'
  | 'bad_id'
  | 'unresolved_reference'
  | 'unknown_attribute'
  | 'no_start'
  | 'ambiguous_start'
  | 'unreachable'
  | 'dead_end'
  | 'no_way_to_end'
  | 'deadlock'
  | 'bad_flow'
  | 'bad_default'
  | 'bad_boundary'
  | 'bad_event_gateway'
  | 'missing_condition'
  | 'missing_message'
  | 'missing_signal'
  | 'missing_error'
  | 'missing_escalation'
  | 'missing_timer'
  | 'missing_handler'
  | 'missing_script'
  | 'missing_called'
  | 'missing_collection'
  | 'missing_name'
  | 'bad_feel'
  | 'bad_timer'
  | 'unknown_handler'
  | 'unknown_role'
  | 'unknown_form'
  | 'unknown_process'

export type Complaint = {
  readonly kind: ComplaintKind
  readonly elementId: string | null
  /** Line in the XML, from 1; null when the file as a whole is meant. */
  readonly line: number | null
  /** English; screens translate `kind` and show elementId, line and value. */
  readonly message: string
  /** The value that broke the rule, as written. */
  readonly value: string | null
}
