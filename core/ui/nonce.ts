/** The nonce the server wrote into the page for styles that antd makes at run time; none in development. */
export function useNonce(): string | undefined {
  return readNonce()
}

function readNonce(): string | undefined {
  const content = document.querySelector('meta[name="csp-nonce"]')?.getAttribute('content') ?? ''
  return content === '' || content.startsWith('__') ? undefined : content
}
