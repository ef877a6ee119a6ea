/** Why a machine does not answer, or what is wrong with what it says: the name of a text, and what stands in it. */
export type Reason = { readonly key: string; readonly values: Readonly<Record<string, string>> }

// As the connectors and the network say it: apps/connector-modbus/session.ts, apps/connector-opcua, `man 3 errno`.
const patterns: readonly (readonly [key: string, pattern: RegExp])[] = [
  ['refused', /ECONNREFUSED/],
  ['name_unknown', /ENOTFOUND|EAI_AGAIN/],
  ['unreachable', /EHOSTUNREACH|ENETUNREACH|EHOSTDOWN/],
  ['no_connection', /no connection within|ETIMEDOUT/],
  ['no_answer', /no whole answer within|did not answer within/],
  ['closed', /ECONNRESET|EPIPE|closed the connection|connection was lost|session was closed/],
  ['exception_1', /exception 1\b/],
  ['exception_2', /exception 2\b/],
  ['exception_3', /exception 3\b/],
  ['exception_4', /exception 4\b/],
  ['exception_6', /exception 6\b/],
  ['exception_10', /exception 1[01]\b/],
  ['not_modbus', /not Modbus|another request|nobody asked for|more than an answer|bytes where/],
  ['not_installed', /is not installed/],
  ['begins_again', /connector begins again/],
  ['not_trusted', /certificate \(SHA-1 (?<print>[\da-f]+)\) is not trusted/],
  ['no_certificate', /shows no certificate/],
  ['not_offered', /does not offer .+ by a safe policy/],
  ['plain_password', /wants the password unencrypted/],
  ['login', /BadUserAccessDenied|BadIdentityToken/],
  ['node_unknown', /BadNodeIdUnknown|BadNodeIdInvalid/],
  ['not_writable', /BadNotWritable|BadWriteNotSupported/],
  ['points_not_read', /(?<n>\d+) of (?<all>\d+) points are not read/],
  ['clock', /its clock is (?<minutes>\d+) min/],
  ['not_held', /(?:the machine holds|was written, but it holds) (?<held>\S+)/],
]

/** What is known of a reason, in the order of the list; empty where nothing is. Pure. O(length). */
export function reasonsIn(said: string): readonly Reason[] {
  return patterns.flatMap(([key, pattern]) => {
    const found = pattern.exec(said)
    return found ? [{ key, values: { ...found.groups } }] : []
  })
}
