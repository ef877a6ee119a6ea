import { createHash, createPrivateKey, X509Certificate } from 'node:crypto'
import { mkdir, open, readdir, readFile, rename, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import type { Library } from './library.ts'

/** Who we are to servers, and which servers we trust. */
export type Pki = {
  readonly applicationUri: string
  /** In the form in which the library takes it. */
  readonly identity: Identity
  /**
   * Whether the operator trusts exactly this certificate. One that is not trusted is put where the operator finds it.
   * @param certificate  DER
   * @returns null when it is trusted, otherwise what the operator is to do
   */
  readonly distrust: (certificate: Buffer) => Promise<string | null>
}

export type Identity = {
  readonly getCertificate: () => Buffer
  readonly getCertificateChain: () => Buffer[]
  readonly getPrivateKey: () => ReturnType<Library['crypto_utils']['makePrivateKeyFromPem']>
}

const validDays = 3_650
const rejectedMax = 500

/**
 * Opens the folder of certificates, and makes our own the first time: RSA 2048, for ten years.
 * @param folder  `own`, `trusted` and `rejected` are in it
 * @throws Error when the folder cannot be written
 * Source: OPC 10000-12 Annex F, without issuers: what is trusted are the certificates themselves.
 */
export async function openPki(library: Library, folder: string): Promise<Pki> {
  const [own, trusted, rejected] = [join(folder, 'own'), join(folder, 'trusted'), join(folder, 'rejected')]
  for (const one of [own, trusted, rejected]) await mkdir(one, { recursive: true, mode: 0o700 })
  const { certificate, key } = await ownPair(library, own)
  const identity = {
    getCertificate: () => certificate,
    getCertificateChain: () => [certificate],
    getPrivateKey: () => key,
  }
  return {
    identity,
    applicationUri: applicationUriOf(certificate),
    distrust: async (given) => {
      const print = thumbprint(given)
      if ((await printsIn(trusted)).has(print)) return null
      const file = `${print}.der`
      const known = await readdir(rejected)
      if (!known.includes(file) && known.length < rejectedMax) await writeFile(join(rejected, file), given)
      return `its certificate (SHA-1 ${print}) is not trusted: compare it with the one in the machine, then move opcua/rejected/${file} to opcua/trusted`
    },
  }
}

/** SHA-1 in hexadecimal: what OPC UA calls the thumbprint, and what machines show. Source: OPC 10000-6 §6.2.2. */
export const thumbprint = (certificate: Buffer): string => createHash('sha1').update(certificate).digest('hex')

/** Until when a certificate is valid, milliseconds since the epoch. */
export const validUntil = (certificate: Buffer): number => Date.parse(new X509Certificate(certificate).validTo)

async function ownPair({ crypto_utils: crypto }: Library, folder: string) {
  const [certificateFile, keyFile] = [join(folder, 'tingzhou.der'), join(folder, 'tingzhou.key.pem')]
  const [certificate, key] = await Promise.all([readIfThere(certificateFile), readIfThere(keyFile)])
  if (certificate && key) {
    if (!new X509Certificate(certificate).checkPrivateKey(createPrivateKey(key)))
      throw new Error(`${keyFile} is not the key of ${certificateFile}: put the right one there, or remove both`)
    return { certificate, key: crypto.makePrivateKeyFromPem(key.toString()) }
  }
  const made = await crypto.generatePrivateKey(2048)
  const { cert } = await crypto.createSelfSignedCertificate({
    privateKey: made,
    subject: `/CN=Tingzhou/O=Tingzhou/L=${hostname()}`,
    applicationUri: `urn:${hostname()}:Tingzhou`,
    dns: [hostname()],
    validity: validDays,
    notBefore: new Date(),
    purpose: crypto.CertificatePurpose.ForApplication,
  })
  const { privPem } = await crypto.privateKeyToPEM(made)
  const der = Buffer.from(crypto.convertPEMtoDER(cert))
  // The key first: a certificate without its key would be taken for whole.
  await writeWhole(keyFile, privPem)
  await writeWhole(certificateFile, der)
  return { certificate: der, key: crypto.makePrivateKeyFromPem(privPem) }
}

/** Writes a file that only its owner reads, so that it is there whole or not at all. */
async function writeWhole(path: string, content: string | Buffer): Promise<void> {
  const file = await open(`${path}.new`, 'w', 0o600)
  await file.writeFile(content)
  await file.sync()
  await file.close()
  await rename(`${path}.new`, path)
}

async function readIfThere(path: string): Promise<Buffer | null> {
  try {
    return await readFile(path)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw error
  }
}

// A host that is renamed keeps the name under which machines know its certificate.
function applicationUriOf(certificate: Buffer): string {
  const [, uri] = /(?:^|, )URI:([^,]+)/.exec(new X509Certificate(certificate).subjectAltName ?? '') ?? []
  return uri ?? `urn:${hostname()}:Tingzhou`
}

/** The thumbprints of the certificates in a folder, DER or PEM, whatever the files are called. */
async function printsIn(folder: string): Promise<ReadonlySet<string>> {
  const prints = new Set<string>()
  for (const name of await readdir(folder)) {
    try {
      prints.add(thumbprint(new X509Certificate(await readFile(join(folder, name))).raw))
    } catch {
      // Something else that lies there trusts nobody.
    }
  }
  return prints
}
