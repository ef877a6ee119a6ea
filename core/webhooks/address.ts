import type { LookupAddress } from 'node:dns'
import { lookup, Resolver } from 'node:dns/promises'
import { BlockList, isIP, isIPv4, isIPv6, type LookupFunction } from 'node:net'
import { callbackify } from 'node:util'
import { err, ok, type Result } from '@tingzhou/kernel'

// Blocks that are no host of the public internet. Source: IANA IPv4 Special-Purpose Address Registry (RFC 6890 and its updates).
const closedV4 = [
  ['0.0.0.0', 8], // this network
  ['10.0.0.0', 8], // private
  ['100.64.0.0', 10], // shared by carriers (CGNAT); metadata of Alibaba Cloud, 100.100.100.200
  ['127.0.0.0', 8], // loopback
  ['169.254.0.0', 16], // link-local; metadata of most clouds, 169.254.169.254
  ['172.16.0.0', 12], // private
  ['192.0.0.0', 24], // protocol assignments; metadata of Oracle Cloud, 192.0.0.192
  ['192.0.2.0', 24], // documentation
  ['192.88.99.0', 24], // 6to4 relays
  ['192.168.0.0', 16], // private
  ['198.18.0.0', 15], // benchmarks
  ['198.51.100.0', 24], // documentation
  ['203.0.113.0', 24], // documentation
  ['224.0.0.0', 4], // multicast
  ['240.0.0.0', 4], // reserved, broadcast
  ['168.63.129.16', 32], // metadata of Azure, a public address
] as const
// Of IPv6 only global unicast is open, and of that not what embeds IPv4 or is reserved. Outside it lie loopback, mapped addresses, NAT64,
// discard, unique local (metadata of AWS, fd00:ec2::254), link-local, site-local, multicast. Source: IANA IPv6 registries.
const openV6 = ['2000::', 3] as const
const closedV6 = [
  ['2001::', 23], // protocol assignments, Teredo
  ['2001:db8::', 32], // documentation
  ['2002::', 16], // 6to4
  ['3fff::', 20], // documentation
] as const

const closed = new BlockList()
for (const [net, bits] of closedV4) closed.addSubnet(net, bits, 'ipv4')
for (const [net, bits] of closedV6) closed.addSubnet(net, bits, 'ipv6')
const global = new BlockList()
global.addSubnet(...openV6, 'ipv6')

/**
 * Whether an address is that of a host on the public internet. What is no address is not.
 * @param address  a literal, as a resolver gives it
 * Source: IANA special-purpose address registries. O(blocks).
 */
export function isPublicAddress(address: string): boolean {
  if (isIPv4(address)) return !closed.check(address, 'ipv4')
  return isIPv6(address) && global.check(address, 'ipv6') && !closed.check(address, 'ipv6')
}

/** Hosts that may be inside and without TLS, as the operator names them; in lower case. */
export type PrivateHosts = ReadonlySet<string>

/** The host of an address, an IPv6 literal without its brackets. */
const hostOf = (url: URL): string => url.hostname.replace(/^\[(.*)\]$/, '$1').toLowerCase()

export type AddressFault = 'whole_address' | 'no_credentials' | 'no_fragment' | 'https_only' | 'public_address'

/**
 * Whether an endpoint may have this address, as far as its text tells. Names are checked when they are resolved, at each connection.
 * @returns the address as it is kept
 * Source: own; OWASP Server-Side Request Forgery Prevention. O(length).
 */
export function checkUrl(text: string, privateHosts: PrivateHosts): Result<string, AddressFault> {
  if (!URL.canParse(text)) return err('whole_address')
  const url = new URL(text)
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return err('https_only')
  if (url.username !== '' || url.password !== '') return err('no_credentials')
  if (url.hash !== '') return err('no_fragment')
  const host = hostOf(url)
  if (privateHosts.has(host)) return ok(url.href)
  if (url.protocol !== 'https:') return err('https_only')
  // The parser has written every form of an IPv4 address, such as 0x7f.1, with dots.
  if (isIP(host) !== 0 && !isPublicAddress(host)) return err('public_address')
  return ok(url.href)
}

/** A name led to an address that is not public. */
export class AddressRefused extends Error {}
/** A name leads nowhere. */
export class NameUnknown extends Error {}

/** Gives every address of a name; none when there is none. */
export type Resolve = (host: string) => Promise<readonly LookupAddress[]>

/**
 * Asks the name servers. The system's own lookup answers a few names at a time for the whole process, so that names which are slow on
 * purpose would hold up all others.
 */
const resolvePublic: Resolve = async (host) => {
  const resolver = new Resolver({ timeout: 2_000, tries: 2 })
  const none = (): string[] => []
  const [four, six] = await Promise.all([resolver.resolve4(host).catch(none), resolver.resolve6(host).catch(none)])
  return [...six.map((address) => ({ address, family: 6 })), ...four.map((address) => ({ address, family: 4 }))]
}

/** What the operator named may stand in the machine's own table of hosts. */
const resolvePrivate: Resolve = (host) => lookup(host, { all: true }).catch(() => [])

/**
 * The lookup of a socket that connects to public addresses only, or to a host that the operator named. It decides about the very
 * addresses that the socket then uses: a name that means something else a moment later changes nothing. One address that is not
 * public refuses the name.
 * Source: own. One resolution a connection.
 */
export const guardedLookup =
  (privateHosts: PrivateHosts, resolve?: Resolve): LookupFunction =>
  (host, options, done) =>
    callbackify(addressesOf)(host, privateHosts, resolve, (error, found) => {
      if (error) done(error, '')
      else if (options.all) done(null, [...found])
      else done(null, found[0].address, found[0].family)
    })

/** @throws NameUnknown, AddressRefused */
async function addressesOf(
  host: string,
  privateHosts: PrivateHosts,
  resolve: Resolve | undefined,
): Promise<readonly [LookupAddress, ...LookupAddress[]]> {
  const isPrivate = privateHosts.has(host.toLowerCase())
  const [first, ...more] = await (resolve ?? (isPrivate ? resolvePrivate : resolvePublic))(host)
  if (!first) throw new NameUnknown(host)
  const found: readonly [LookupAddress, ...LookupAddress[]] = [first, ...more]
  if (!isPrivate && !found.every(({ address }) => isPublicAddress(address))) throw new AddressRefused(host)
  return found
}
