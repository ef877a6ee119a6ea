/**
 * Whether a password is the expected one, in a time that does not tell how much of it is right.
 * @param given     PW as received; null when there was none
 * @param expected  the device's
 * Source: own; HJ 212-2017 6.3.2 has the field. O(length).
 */
export function isSamePassword(given: string | null, expected: string): boolean {
  const text = given ?? ''
  let difference = text.length ^ expected.length
  // Every character of the expected one is looked at, whatever was given.
  for (let i = 0; i < expected.length; i++)
    difference |= expected.charCodeAt(i) ^ text.charCodeAt(i % (text.length || 1))
  return given !== null && difference === 0
}
