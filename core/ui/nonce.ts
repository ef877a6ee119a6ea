/** The nonce the server wrote into the page for styles that antd makes at run time; none in development. */
export function useNonce(): string | undefined {
  return readNonce()
}

function readNonce(): string | undefined {
  const content = document.querySelector('meta[name="csp-nonce"]')?.getAttribute('content') ?? ''
  return content === '' || content.startsWith('__') ? undefined : content
}

/**
 * Gives the nonce to every style element made by script. antd's portals and icons make some without it, and the policy would
 * refuse them. Styles that come as markup, which is what the policy is against, stay refused.
 */
export function giveStylesNonce(): void {
  const nonce = readNonce()
  if (nonce === undefined) return
  const create = document.createElement.bind(document)
  const withNonce = (name: string, options?: ElementCreationOptions): HTMLElement => {
    const element = create(name, options)
    if (element instanceof HTMLStyleElement) element.nonce = nonce
    return element
  }
  // The overloads of createElement by tag name hold for the wrapper too, which TypeScript cannot see.
  document.createElement = withNonce as typeof document.createElement
}
