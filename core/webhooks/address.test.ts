import { describe, expect, it } from 'vitest'
import { AddressRefused, checkUrl, guardedLookup, isPublicAddress, NameUnknown, type Resolve } from './address.ts'

const refused = {
  'this network': ['0.0.0.0', '0.255.1.1'],
  private: ['10.0.0.1', '172.16.0.1', '172.31.255.255', '192.168.1.1'],
  'of carriers (CGNAT)': ['100.64.0.1', '100.127.255.255'],
  loopback: ['127.0.0.1', '127.255.255.254', '::1'],
  'link-local': ['169.254.0.1', 'fe80::1', 'febf::1', 'fe80::1%eth0'],
  'metadata of clouds': ['169.254.169.254', '100.100.100.200', '192.0.0.192', '168.63.129.16', 'fd00:ec2::254'],
  'protocol assignments': ['192.0.0.1', '192.88.99.1', '2001::1', '2001:1::1', '2001:10::1'],
  documentation: ['192.0.2.1', '198.51.100.1', '203.0.113.1', '2001:db8::1', '3fff::1'],
  benchmarks: ['198.18.0.1', '198.19.255.255', '2001:2::1'],
  multicast: ['224.0.0.1', '239.255.255.255', 'ff02::1', 'ff0e::1'],
  'reserved and broadcast': ['240.0.0.1', '255.255.255.255'],
  'unspecified, mapped and compatible IPv6': [
    '::',
    '::ffff:127.0.0.1',
    '::ffff:8.8.8.8',
    '::ffff:0808:0808',
    '::8.8.8.8',
  ],
  'unique local': ['fc00::1', 'fdff:ffff::1'],
  'site-local': ['fec0::1'],
  NAT64: ['64:ff9b::7f00:1', '64:ff9b::808:808', '64:ff9b:1::1'],
  '6to4 and Teredo': ['2002:7f00:1::1', '2001:0:1::1'],
  'discard and segment routing': ['100::1', '5f00::1'],
  'no address': ['', 'localhost', '127.1', '8.8.8', '8.8.8.8.8', '08.8.8.8', 'fe80', '2a00::g'],
}

describe('addresses', () => {
  it.each(Object.entries(refused))('refuses what is %s', (_class, addresses) => {
    expect(addresses.filter(isPublicAddress)).toEqual([])
  })

  it('takes hosts of the public internet, up to the edges of what is refused', () => {
    const open = [
      '8.8.8.8',
      '9.255.255.255',
      '11.0.0.0',
      '100.63.255.255',
      '100.128.0.0',
      '126.255.255.255',
      '128.0.0.0',
    ]
    const more = ['169.253.255.255', '172.15.255.255', '172.32.0.0', '192.0.1.0', '192.167.255.255', '192.169.0.0']
    const edges = ['198.17.255.255', '198.20.0.0', '223.255.255.255', '168.63.129.15', '168.63.129.17']
    const six = ['2001:200::1', '2400:cb00::1', '2606:4700::1111', '2a00::1', '2003::1', '3ffe::1']
    expect([...open, ...more, ...edges, ...six].filter((one) => !isPublicAddress(one))).toEqual([])
  })
})

describe('the text of an address', () => {
  const inside = new Set(['erp.intranet', '10.1.2.3', '::1'])
  const says = (url: string) => {
    const checked = checkUrl(url, inside)
    return checked.ok ? checked.value : checked.error
  }

  it('is https, without user, password or fragment, and of any port', () => {
    expect(says('https://example.com:8443/hooks?of=a')).toBe('https://example.com:8443/hooks?of=a')
    expect(says('http://example.com/')).toBe('https_only')
    expect(says('ftp://example.com/')).toBe('https_only')
    expect(says('file:///etc/passwd')).toBe('https_only')
    expect(says('https://user@example.com/')).toBe('no_credentials')
    expect(says('https://:secret@example.com/')).toBe('no_credentials')
    expect(says('https://example.com/#a')).toBe('no_fragment')
    expect(says('example.com/hooks')).toBe('whole_address')
    expect(says('https://')).toBe('whole_address')
  })

  it.each([
    'https://127.0.0.1/',
    'https://2130706433/',
    'https://0x7f.1/',
    'https://0177.0.0.1/',
    'https://127.1/',
    'https://[::1]:8443/'.replace('::1', '::'),
    'https://[::ffff:127.0.0.1]/',
    'https://[fd00:ec2::254]/',
    'https://169.254.169.254/latest/meta-data/',
    'https://１２７.0.0.1/',
  ])('is refused when it names a host inside in whatever form: %s', (url) => {
    expect(says(url)).toBe('public_address')
  })

  it('may be inside and without TLS for hosts that the operator named, and for no others', () => {
    expect(says('http://ERP.intranet:8080/hooks')).toBe('http://erp.intranet:8080/hooks')
    expect(says('http://10.1.2.3/')).toBe('http://10.1.2.3/')
    expect(says('http://[::1]:9/')).toBe('http://[::1]:9/')
    expect(says('http://other.intranet/')).toBe('https_only')
    expect(says('http://user@erp.intranet/')).toBe('no_credentials')
  })
})

describe('the lookup of a socket', () => {
  const answering =
    (...addresses: string[]): Resolve =>
    () =>
      Promise.resolve(addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })))
  const look = (host: string, resolve?: Resolve, inside: readonly string[] = [], all = true) =>
    new Promise((done) => {
      guardedLookup(new Set(inside), resolve)(host, { all }, (error, address, family) =>
        done(error ?? (all ? address : { address, family })),
      )
    })

  it('gives the addresses of a public name, all or the first', async () => {
    const resolve = answering('2400:cb00::1', '8.8.8.8')
    const both = [
      { address: '2400:cb00::1', family: 6 },
      { address: '8.8.8.8', family: 4 },
    ]
    expect(await look('example.com', resolve)).toEqual(both)
    expect(await look('example.com', resolve, [], false)).toEqual(both[0])
  })

  it('refuses a name of which one address is not public, and a name without any', async () => {
    expect(await look('example.com', answering('8.8.8.8', '127.0.0.1'))).toBeInstanceOf(AddressRefused)
    expect(await look('example.com', answering('::ffff:10.0.0.1'))).toBeInstanceOf(AddressRefused)
    expect(await look('localhost', answering('127.0.0.1'))).toBeInstanceOf(AddressRefused)
    expect(await look('example.com', answering())).toBeInstanceOf(NameUnknown)
  })

  it('lets a host pass that the operator named, whatever its address', async () => {
    expect(await look('ERP.intranet', answering('10.1.2.3'), ['erp.intranet'], false)).toEqual({
      address: '10.1.2.3',
      family: 4,
    })
    expect(await look('erp.intranet.example.com', answering('10.1.2.3'), ['erp.intranet'])).toBeInstanceOf(
      AddressRefused,
    )
  })

  it('finds a host that the operator named in the table of the machine, and lets no other name lead there', async () => {
    const found = await look('localhost', undefined, ['localhost'])
    expect(found).toEqual(expect.arrayContaining([{ address: '127.0.0.1', family: 4 }]))
    expect(await look('localhost')).toBeInstanceOf(Error)
  })
})
