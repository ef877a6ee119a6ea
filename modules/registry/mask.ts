/**
 * A phone number as those see it who do not handle the enterprise: enough to recognise, not to call.
 * @param phone  as stored; mobile, landline or empty
 * @returns `138****1234`; a shorter number keeps its last two digits; empty stays empty
 */
export function maskPhone(phone: string): string {
  const letters = [...phone]
  if (letters.length >= 11) return [...letters.slice(0, 3), '****', ...letters.slice(-4)].join('')
  return letters.length === 0 ? '' : ['****', ...letters.slice(letters.length > 4 ? -2 : letters.length)].join('')
}

/** An e-mail address with its first letter and its domain: `l****@example.com`. */
export function maskEmail(email: string): string {
  const at = email.lastIndexOf('@')
  if (email === '') return ''
  return at <= 0 ? '****' : `${[...email][0] ?? ''}****${email.slice(at)}`
}
