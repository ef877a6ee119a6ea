type Version = { readonly id: string; readonly version: number }

/** How a form names a version of rules of settlement. */
export const termsKey = ({ id, version }: Version): string => `${id} ${version}`

/** The version that such a key names. */
export function termsOf(key: string): Version {
  const [id = '', version = '0'] = key.split(' ')
  return { id, version: Number(version) }
}
