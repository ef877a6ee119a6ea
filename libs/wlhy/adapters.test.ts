import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { epochMs } from '@tingzhou/kernel'
import { adapterIds, answerReasons, type AdapterId, type Message } from './adapter.ts'
import { adapters } from './adapters.ts'
import { anyDocument, anyHeader, randomOf } from './arbitraries.fixture.ts'
import { fromHex, toBase64, toHex, toUtf8 } from './bytes.ts'
import { faultsOf } from './check.ts'
import { contentOf, sealedLength } from './content.ts'
import { documentKinds } from './documents.ts'
import { examples } from './examples.fixture.ts'
import { sealRandomBytes } from './random.ts'
import { render } from './render.ts'
import { newKeyPair, scalarBytes, sm2Encrypt } from './sm2.ts'
import { sm4Encrypt } from './sm4.ts'

const pair = newKeyPair(Uint8Array.from({ length: scalarBytes }, (_, i) => i * 7 + 1))
const stranger = newKeyPair(Uint8Array.from({ length: scalarBytes }, (_, i) => i * 5 + 2))
const random = Uint8Array.from({ length: sealRandomBytes }, (_, i) => i * 11 + 3)

const messageOf = (id: AdapterId, kind: (typeof documentKinds)[number] = 'waybill'): Message => ({
  header: {
    reference: '0123456789abcdef0123456789abcdef',
    kind,
    senderCode: adapters[id].senderCode,
    enterpriseCode: 'XJ0001',
    sentAt: epochMs(1_763_686_800_000),
    token: 'token-1',
  },
  record: render(id, kind, examples[kind]),
})
const sealOf = (id: AdapterId, message = messageOf(id)) =>
  adapters[id].seal(message, { publicKey: pair.publicKey, random }).body
const openIn = (id: AdapterId, text: string) => adapters[id].open(text, pair)

describe.each(adapterIds)('a message to %s', (id) => {
  const adapter = adapters[id]

  it('is opened as it was sealed, whatever it says', () => {
    fc.assert(
      fc.property(anyDocument, anyHeader, randomOf(sealRandomBytes), ([kind, document], rest, chance) => {
        const record = render(id, kind, document as never)
        fc.pre(faultsOf(id, kind, record).length === 0)
        const message = { header: { ...rest, kind, senderCode: adapter.senderCode }, record }

        const sealed = adapter.seal(message, { publicKey: pair.publicKey, random: chance })

        expect(adapter.open(sealed.body, pair)).toEqual({ ok: true, value: message })
      }),
      { numRuns: 25 },
    )
  })

  it('is the same for the same chance, and another for another', () => {
    const other = adapter.seal(messageOf(id), { publicKey: pair.publicKey, random: random.toReversed() })

    expect(sealOf(id)).toBe(sealOf(id))
    expect(other.body).not.toBe(sealOf(id))
  })

  it('says nothing of the record in clear', () => {
    for (const word of ['YD20261100000001', '合成司机甲', '999000197001010010', '2730.620'])
      expect(sealOf(id)).not.toContain(word)
  })

  it('is as long as was foretold', () => {
    for (const kind of documentKinds) {
      const message = messageOf(id, kind)
      const body: unknown = JSON.parse(sealOf(id, message))
      const content = JSON.stringify(body).match(/ncryptedContent":"([^"]+)"/)?.[1]
      expect(content?.length).toBe(sealedLength(id, kind, message.record))
    }
  })

  it('with a changed letter is refused, or the same record of the same kind', () => {
    const sealed = sealOf(id, messageOf(id, 'driver'))
    const { record } = messageOf(id, 'driver')
    let refusals = 0
    // Opening takes its time; each byte of what is sealed stands in cipher.test.ts.
    for (let at = 0; at < sealed.length; at += 9) {
      const letter = sealed.charAt(at)
      const changed = sealed.slice(0, at) + (letter === '1' ? '2' : '1') + sealed.slice(at + 1)
      const opened = openIn(id, changed)
      if (!opened.ok) refusals++
      else if (faultsOf(id, opened.value.header.kind, opened.value.record).length > 0) refusals++
      else expect([at, opened.value.record, opened.value.header.kind]).toEqual([at, record, 'driver'])
    }

    expect(refusals).toBeGreaterThan(60)
  })

  it('is opened by no other key, nor cut short, nor doubled', () => {
    const sealed = sealOf(id)

    expect(adapter.open(sealed, stranger)).toMatchObject({ ok: false, error: { reason: 'key', rule: 'sm2_opens' } })
    for (const text of [sealed.slice(0, -1), `${sealed}${sealed}`, sealed.slice(1), '', 'null', '[]', '7', '"x"'])
      expect(openIn(id, text)).toMatchObject({ ok: false, error: { reason: 'envelope' } })
  })

  it('is refused by size before it is read, and by depth without harm', () => {
    expect(openIn(id, JSON.stringify({ a: 'x'.repeat(1_048_577) }))).toMatchObject({
      error: { rule: 'length_max 1048576' },
    })
    expect(openIn(id, `${'['.repeat(500_000)}${']'.repeat(500_000)}`)).toMatchObject({ ok: false })
    expect(openIn(id, `${'{"root":'.repeat(100_000)}1${'}'.repeat(100_000)}`)).toMatchObject({ ok: false })
  })

  it('has a header without a fault in it', () => {
    const { header, record } = messageOf(id)
    const faultOf = (change: object) => openIn(id, sealOf(id, { header: { ...header, ...change }, record }))

    expect(faultOf({ reference: 'no guid' })).toMatchObject({ error: { reason: 'envelope', rule: 'guid' } })
    expect(faultOf({ enterpriseCode: '' })).toMatchObject({ error: { field: 'enterpriseSenderCode' } })
    expect(faultOf({ token: 'a\nb' })).toMatchObject({ error: { field: 'token' } })
    expect(openIn(id, sealOf(id).replace('WLHY_YD1001', 'WLHY_XX1001'))).toMatchObject({
      error: { reason: 'type', field: 'ipcType', value: 'WLHY_XX1001' },
    })
    // Another kind's name on it.
    expect(openIn(id, sealOf(id).replace('WLHY_YD1001', 'WLHY_CL1001'))).toMatchObject({
      error: { reason: 'envelope' },
    })
  })

  it('asks for a token, and the regulator reads who asks', () => {
    const request = adapter.tokenRequest({ user: '运输"企业', password: '密码\\1' })

    expect(adapter.readTokenRequest(request.body)).toEqual({
      ok: true,
      value: { user: '运输"企业', password: adapter.passwordOnWire('密码\\1') },
    })
    expect(adapter.readTokenRequest('{"user":1}')).toMatchObject({ ok: false })
    expect(adapter.readToken(adapter.answerToken('t-1'))).toEqual({
      ok: true,
      value: { token: 't-1', expiresAt: null },
    })
    expect(adapter.readToken(adapter.answer('token', 'nobody'))).toMatchObject({ error: { outcome: 'token' } })
    expect(adapter.readToken(adapter.answerToken('a b'))).toMatchObject({ error: { outcome: 'broken' } })
    expect(adapter.readToken(adapter.answerToken('x'.repeat(3_000)))).toMatchObject({ error: { outcome: 'broken' } })
    expect(adapter.tokenLifeMs).toBe(7_200_000)
  })

  it('is answered in words that come to what they mean', () => {
    const outcomeOf = new Map(answerReasons.map((reason) => [reason, adapter.readAnswer(adapter.answer(reason, ''))]))

    expect(Object.fromEntries([...outcomeOf].map(([reason, { outcome }]) => [reason, outcome]))).toEqual({
      accepted: 'accepted',
      token: 'token',
      duplicate: 'duplicate',
      type: 'rejected',
      queue: 'later',
      envelope: 'broken',
      fields: 'rejected',
      key: 'broken',
      cipher: 'broken',
      body: 'rejected',
      server: 'later',
    })
  })

  it('is answered with the field that is wrong, by its own name or its path', () => {
    const fieldIn = (text: string) => adapter.readAnswer(adapter.answer('fields', text)).field

    expect(fieldIn('字段校验失败：VehicleInfo.Driver.0.DrivingLicense 999 length_max 18')).toBe(
      'VehicleInfo.Driver.0.DrivingLicense',
    )
    expect(fieldIn('consignorId不能为空')).toBe('ConsignorID')
    expect(fieldIn('something is wrong')).toBeNull()
    expect(adapter.readAnswer(adapter.answer('accepted', 'Remark')).field).toBeNull()
  })

  it('is answered by nobody else: pages, halves, entities, numbers, floods are broken', () => {
    const bomb = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><x>&b;</x>'

    expect(adapter.readAnswer(bomb)).toEqual({ outcome: 'broken', code: '', text: 'no_declarations', field: null })
    for (const text of [
      '',
      '<html>502</html>',
      '{"code":',
      'null',
      '[1001]',
      '{"code":{"a":1}}',
      '{}',
      '{"code":1e99}',
    ])
      expect([text, adapter.readAnswer(text).outcome]).toEqual([text, 'broken'])
    expect(adapter.readAnswer('{"code":"77777","msg":"\\u0000two\\nlines"}')).toEqual({
      outcome: 'broken',
      code: '77777',
      text: 'two lines',
      field: null,
    })
    expect(adapter.readAnswer(`{"code":"1","msg":"${'x'.repeat(900_000)}"}`).text.length).toBe(500)
    expect(adapter.readAnswer('x'.repeat(2_000_000)).text.length).toBe(500)
  })
})

describe('Fujian', () => {
  it('speaks as its clients do', () => {
    const body = JSON.parse(sealOf('fujian-2.0')) as { root: { header: object; body: { encryptedCode: string } } }

    expect(body.root.header).toEqual({
      messageReferenceNumber: '0123456789abcdef0123456789abcdef',
      documentName: '电子运单上传',
      documentVersionNumber: '2.0',
      senderCode: '350000',
      enterpriseSenderCode: 'XJ0001',
      messageSendingDateTime: '20251121090000',
      ipcType: 'WLHY_YD1001',
      token: 'token-1',
    })
    expect(body.root.body.encryptedCode).toMatch(/^04[0-9a-f]{224}$/)
    expect(adapters['fujian-2.0'].tokenRequest({ user: 'a', password: 'b' }).body).toBe(
      '{"userName":"a","passWord":"b"}',
    )
    expect(JSON.parse(adapters['fujian-2.0'].answer('accepted', ''))).toMatchObject({ code: 1001 })
  })

  it('writes names with small letters', () => {
    const { print } = contentOf('fujian-2.0')
    const { consignorInfo, actualCarrierInfo, vehicleInfo } = JSON.parse(
      print('waybill', messageOf('fujian-2.0').record),
    ) as Record<string, object>

    expect(Object.keys(consignorInfo ?? {})).toEqual([
      'consignor',
      'consignorId',
      'placeOfLoading',
      'countrySubdivisionCode',
    ])
    expect(Object.keys(actualCarrierInfo ?? {})).toContain('actualCarrierId')
    expect(vehicleInfo).toMatchObject({ driver: [{ driverName: '合成司机甲' }], goodsInfo: [{}] })
    expect(print('vehicle', messageOf('fujian-2.0', 'vehicle').record)).toContain('"vin":"LSYNTHET1C0000001"')
  })

  /** A message whose content is not what a client would write. */
  const withContent = (text: string | Uint8Array, key = 'abcdefgh12345678') => {
    const body = JSON.parse(sealOf('fujian-2.0')) as { root: { body: object } }
    body.root.body = {
      encryptedCode: toHex(sm2Encrypt(toUtf8(key), pair.publicKey, random, 'C1C2C3')),
      encryptedContent: toBase64(
        sm4Encrypt(typeof text === 'string' ? toUtf8(text) : text, toUtf8(key.padEnd(16, '0'))),
      ),
    }
    return openIn('fujian-2.0', JSON.stringify(body))
  }

  it('takes no content that is not a document: other names, other shapes, other letters', () => {
    const document = JSON.parse(contentOf('fujian-2.0').print('waybill', messageOf('fujian-2.0').record)) as object

    expect(withContent(JSON.stringify(document))).toMatchObject({ ok: true })
    const odd = [
      [{ ...document, surprise: '1' }, 'surprise', 'known_field'],
      [{ ...document, Remark: '' }, 'Remark', 'known_field'],
      [{ ...document, vehicleAmount: 1 }, 'vehicleAmount', 'a_text'],
      [{ ...document, vehicleInfo: [] }, 'vehicleInfo', 'a_part'],
      [{ ...document, vehicleInfo: { driver: {} } }, 'vehicleInfo.driver', 'a_list 10'],
      [
        { ...document, vehicleInfo: { driver: Array.from({ length: 11 }, () => ({})) } },
        'vehicleInfo.driver',
        'a_list 10',
      ],
      [{ ...document, vehicleInfo: { driver: ['x'] } }, 'vehicleInfo.driver.0', 'a_part'],
    ] as const
    for (const [content, field, rule] of odd)
      expect(withContent(JSON.stringify(content))).toMatchObject({ error: { reason: 'body', field, rule } })
    expect(withContent('{"__proto__":{"x":"1"}}')).toMatchObject({ error: { rule: 'known_field' } })
    expect(withContent('[]')).toMatchObject({ error: { reason: 'body', rule: 'json_object' } })
    expect(withContent(Uint8Array.from([0xff, 0xfe, 0x41]))).toMatchObject({ error: { reason: 'cipher' } })
  })

  it('has a key of sixteen letters, and content that it opens', () => {
    const body = JSON.parse(sealOf('fujian-2.0')) as {
      root: { body: { encryptedCode: string; encryptedContent: string } }
    }
    const sealed = { ...body.root.body }
    const openWith = (change: object) => {
      body.root.body = { ...sealed, ...change }
      return openIn('fujian-2.0', JSON.stringify(body))
    }

    expect(withContent('{}', 'abcdefgh1234567')).toMatchObject({ error: { reason: 'key' } })
    expect(openWith({ encryptedCode: sealed.encryptedCode.toUpperCase() })).toMatchObject({ error: { reason: 'key' } })
    expect(openWith({ encryptedCode: sealed.encryptedCode.slice(2) })).toMatchObject({ error: { reason: 'key' } })
    expect(openWith({ encryptedContent: 'AAAA' })).toMatchObject({ error: { reason: 'cipher' } })
    expect(openWith({ encryptedContent: 'A'.repeat(262_148) })).toMatchObject({ error: { rule: 'length_max 262144' } })
    expect(openWith({ more: 'x' })).toMatchObject({ error: { reason: 'envelope', field: 'body.more' } })
  })
})

describe('Tianjin', () => {
  it('speaks as its kit does', () => {
    const body = JSON.parse(sealOf('tianjin-1.2.1')) as Record<string, string>

    expect(Object.keys(body)).toEqual([
      'IPCType',
      'DocumentName',
      'EncryptedContent',
      'MessageReferenceNumber',
      'MessageSendingDateTime',
      'UserId',
      'Token',
    ])
    expect(body).toMatchObject({ IPCType: 'WLHY_YD1001', DocumentName: '电子运单', UserId: 'XJ0001' })
    expect(body.EncryptedContent?.startsWith('B')).toBe(true)
    expect(adapters['tianjin-1.2.1'].tokenRequest({ user: '1158', password: 'abc' })).toMatchObject({
      path: '/auth/applyToken',
      body: '{"userId":"1158","password":"900150983cd24fb0d6963f7d28e17f72"}',
    })
    expect(JSON.parse(adapters['tianjin-1.2.1'].answer('accepted', ''))).toMatchObject({ code: '00000' })
  })

  it('writes one body of XML, an element a field, none where nothing is said', () => {
    const xml = contentOf('tianjin-1.2.1').print('driver', messageOf('tianjin-1.2.1', 'driver').record)

    expect(xml).toBe(
      '<Root><Body><DriverName>合成司机甲</DriverName><DrivingLicense>999000197001010010</DrivingLicense>' +
        '<VehicleClass>A2</VehicleClass><IssuingOrganizations>合成发证机关</IssuingOrganizations>' +
        '<ValidPeriodFrom>20200101</ValidPeriodFrom><ValidPeriodTo>29991231</ValidPeriodTo>' +
        '<QualificationCertificate>990000000001</QualificationCertificate><Telephone>99900000001</Telephone></Body></Root>',
    )
  })

  /** A message whose content is not what a client would write. */
  const withXml = (xml: string) => {
    const body = JSON.parse(sealOf('tianjin-1.2.1', messageOf('tianjin-1.2.1', 'driver'))) as Record<string, string>
    const sealed = sm2Encrypt(toUtf8(xml), pair.publicKey, random, 'C1C3C2')
    return openIn('tianjin-1.2.1', JSON.stringify({ ...body, EncryptedContent: toBase64(sealed) }))
  }

  it('takes XML of elements and texts alone', () => {
    const entity = '<!DOCTYPE Root [<!ENTITY a "b">]><Root><Body><DriverName>&a;</DriverName></Body></Root>'

    expect(
      withXml('<?xml version="1.0"?><Root><Body><DriverName>甲&lt;&#20057;</DriverName></Body></Root>'),
    ).toMatchObject({
      value: { record: { DriverName: '甲<乙', Remark: '' } },
    })
    const odd = [
      [entity, 'no_declarations'],
      ['<Root><!-- x --><Body/></Root>', 'no_declarations'],
      ['<Root><Body><Remark><![CDATA[x]]></Remark></Body></Root>', 'no_declarations'],
      ['<Root><Body><Remark a="1">x</Remark></Body></Root>', 'plain_element'],
      ['<Root><?php x?><Body/></Root>', 'plain_element'],
      [`<Root>${'<a>'.repeat(700)}${'</a>'.repeat(700)}</Root>`, 'depth_max 8'],
      ['<Root><Body><Remark>x</Body></Root>', 'well_formed'],
      ['<Root><Body/><Body/></Root>', 'each_once'],
      ['<Other><Body/></Other>', 'each_once'],
      ['<Root><Body><Surprise>x</Surprise></Body></Root>', 'known_field'],
      ['<Root><Body><Remark>a</Remark><Remark>b</Remark></Body></Root>', 'each_once'],
      ['<Root><Body><Remark><Remark>x</Remark></Remark></Body></Root>', 'a_text'],
      ['<Root><Body>loose<Remark>x</Remark></Body></Root>', 'a_part'],
    ] as const
    for (const [xml, rule] of odd)
      expect([xml.slice(0, 60), withXml(xml)]).toMatchObject([xml.slice(0, 60), { error: { reason: 'body', rule } }])
  })

  it('keeps an entity that nobody declared as it stands: nothing is looked up', () => {
    expect(withXml('<Root><Body><Remark>&xxe;</Remark></Body></Root>')).toMatchObject({
      value: { record: { Remark: '&xxe;' } },
    })
  })

  it('is refused where its content is longer than the guide has it', () => {
    expect(withXml(`<Root><Body><Remark>${'x'.repeat(8_000)}</Remark></Body></Root>`)).toMatchObject({
      error: { reason: 'envelope', rule: 'length_max 8192' },
    })
    expect(fromHex('zz')).toBeNull()
  })
})
