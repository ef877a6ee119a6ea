import type { EndpointDescription, MessageSecurityMode, OPCUAClient, SecurityPolicy } from 'node-opcua-client'
import { withClient, type Caller } from './client.ts'
import type { Library } from './library.ts'
import { validUntil } from './pki.ts'

/** How a server is called so that nobody listens in or poses as it. */
export type Secured = {
  readonly options: {
    readonly securityMode: MessageSecurityMode
    readonly securityPolicy: SecurityPolicy
    readonly serverCertificate: Buffer
  }
  /** What the operator should know of it. */
  readonly note: string | null
}

/** The policies that are still held to be safe, the strongest first. Source: OPC 10000-7 1.05. */
const policies = ['Aes256_Sha256_RsaPss', 'Aes128_Sha256_RsaOaep', 'Basic256Sha256'] as const

/**
 * Asks a server how it can be called safely, and makes sure that it is one that the operator trusts.
 * @throws Error when it cannot be, or is not
 */
export async function securedBy(caller: Caller, security: 'sign' | 'sign_and_encrypt'): Promise<Secured> {
  const { library, pki } = caller
  const { MessageSecurityMode: modes, SecurityPolicy, crypto_utils: crypto } = library
  const securityMode = security === 'sign' ? modes.Sign : modes.SignAndEncrypt
  const offered = await withClient(caller, {}, (client) => client.getEndpoints())
  const [found] = policies.flatMap((name) =>
    offered
      .filter((one) => one.securityMode === securityMode && one.securityPolicyUri === SecurityPolicy[name])
      .map(({ serverCertificate }) => ({ securityPolicy: SecurityPolicy[name], serverCertificate })),
  )
  if (!found)
    throw new Error(`the server does not offer ${security} by a safe policy, but ${namesOf(library, offered)}`)
  const { securityPolicy } = found
  const [serverCertificate] = found.serverCertificate?.length ? crypto.split_der(found.serverCertificate) : []
  if (!serverCertificate) throw new Error('the server shows no certificate')
  const distrust = await pki.distrust(serverCertificate)
  if (distrust !== null) throw new Error(distrust)
  return {
    options: { securityMode, securityPolicy, serverCertificate },
    // It is the very certificate that the operator trusts: a plant does not stand still for its date.
    note: validUntil(serverCertificate) < Date.now() ? 'the certificate of the server is out of date' : null,
  }
}

function namesOf({ MessageSecurityMode: modes }: Library, endpoints: readonly EndpointDescription[]): string {
  const names = endpoints.map(
    ({ securityMode, securityPolicyUri }) => `${modes[securityMode]} ${securityPolicyUri?.split('#')[1] ?? ''}`,
  )
  return [...new Set(names)].join(', ')
}

/**
 * Refuses to go on where a password would go unencrypted through a channel that is only signed.
 * @param client  connected, so that what it knows of the server came through the channel
 */
export function refusePlainPassword(
  { MessageSecurityMode: modes, SecurityPolicy, UserTokenType }: Library,
  client: OPCUAClient,
  { securityMode, securityPolicy }: Secured['options'],
): void {
  if (securityMode !== modes.Sign) return
  const endpoint = client.findEndpointForSecurity(securityMode, securityPolicy)
  const isPlain = endpoint?.userIdentityTokens?.some(
    (token) => token.tokenType === UserTokenType.UserName && token.securityPolicyUri === SecurityPolicy.None,
  )
  if (isPlain) throw new Error('the server wants the password unencrypted: choose sign_and_encrypt')
}
