/** Why a machine does not answer, or what is wrong with what it says: the name of a text, and what stands in it. */
export type Reason = { readonly key: string; readonly values: Readonly<Record<string, string>> }

// As the connectors, the gateway and the network say it: apps/connector-modbus, apps/connector-opcua, libs/connector,
// apps/gateway/connector, `man 3 errno`. What became of a value that was to be set stands first.
const patterns: readonly (readonly [key: string, pattern: RegExp])[] = [
  ['set_unknown', /whether it was set is not known/],
  ['not_read_back', /could not be read back|before the value was read back/],
  ['not_held', /(?:the machine holds|was written, but it holds) (?<held>\S+)/],
  ['too_late', /its time was over/],
  ['queue_full', /values wait to be|took too long to be written/],
  ['not_connected', /the machine (?:does not answer|is not connected|is not called)/],
  // What the server says before it asks a connector names a field of the order.
  ['not_settable', /^(?:point|value) \S+: |may be set here|is not within|is only read|no point of it|to a machine so/],
  ['not_settable', /one bit of a register cannot be written/],
  ['nearest', /the nearest to \S+ that it can hold is (?<held>\S+)/],
  ['does_not_fit', /does not fit into|neither on nor off|neither 0 nor 1|is no (?:whole )?number\b|is beyond/],
  ['does_not_fit', /cannot be written as|more digits than are exact|BadTypeMismatch|BadOutOfRange/],
  ['refused', /ECONNREFUSED/],
  ['name_unknown', /ENOTFOUND|EAI_AGAIN/],
  ['unreachable', /EHOSTUNREACH|ENETUNREACH|EHOSTDOWN/],
  ['no_connection', /no connection|the connection took longer than|ETIMEDOUT/],
  ['no_answer', /no (?:whole )?answer/],
  ['too_slow', /(?<!the connection) took longer than|has not answered for|BadTimeout/],
  ['closed', /ECONNRESET|EPIPE|closed the connection|connection was (?:lost|closed)|session (?:was closed|is over)/],
  ['exception_1', /exception 1\b/],
  ['exception_2', /exception 2\b/],
  ['exception_3', /exception 3\b/],
  ['exception_4', /exception 4\b/],
  ['exception_6', /exception 6\b/],
  ['exception_10', /exception 1[01]\b/],
  ['exception_other', /exception (?!(?:[12346]|1[01])\b)(?<code>\d+)/],
  ['not_modbus', /not Modbus|another request|nobody asked for|more than an answer|bytes where/],
  ['source_unreadable', /the source cannot be read|is no opc\.tcp/],
  ['not_installed', /is not installed/],
  ['begins_again', /connector begins again/],
  ['no_disk', /cannot wait on disk/],
  ['gateway_away', /gateway that calls it is away/],
  ['not_trusted', /certificate \(SHA-1 (?<print>[\da-f]+)\) is not trusted/],
  ['no_certificate', /shows no certificate/],
  ['certificate_old', /certificate of the server is out of date/],
  ['own_key', /is not the key of/],
  ['not_offered', /does not offer .+ by a safe policy/],
  ['plain_password', /wants the password unencrypted/],
  ['user_needs_security', /a user name needs security/],
  ['no_password', /no password is known of the user (?<user>.+)/],
  ['login', /BadUserAccessDenied|BadIdentityToken/],
  ['node_unknown', /BadNodeIdUnknown|BadNodeIdInvalid|is no node id/],
  ['not_writable', /BadNotWritable|BadWriteNotSupported/],
  ['points_not_read', /(?<n>\d+) of (?<all>\d+) points are not read/],
  ['no_number', /, and no number/],
  ['readings_refused', /, expected: /],
  ['clock', /its clock is (?<minutes>\d+) min/],
]

/** What is known of a reason, each once, in the order of the list; empty where nothing is. Pure. O(length). */
export function reasonsIn(said: string): readonly Reason[] {
  const reasons = new Map<string, Reason>()
  for (const [key, pattern] of patterns) {
    const found = pattern.exec(said)
    if (found && !reasons.has(key)) reasons.set(key, { key, values: { ...found.groups } })
  }
  return [...reasons.values()]
}
