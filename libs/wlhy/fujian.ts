import { err, ok } from '@tingzhou/kernel'
import type { Adapter, Message, OpenKeys, SealKeys } from './adapter.ts'
import { readAnswer, readTokenAnswer } from './answers.ts'
import { fromBase64, fromHex, fromUtf8, toBase64, toHex, toUtf8 } from './bytes.ts'
import { contentOf } from './content.ts'
import { faultAt } from './fault.ts'
import { guideOf } from './guide.ts'
import { headerTexts, readHeader, refused } from './header.ts'
import { isObject, readObject, readTexts } from './json.ts'
import { readKey } from './random.ts'
import { scalarBytes, sm2Decrypt, sm2Encrypt } from './sm2.ts'
import { sm4Decrypt, sm4Encrypt } from './sm4.ts'

const guide = guideOf('fujian-2.0')
const content = contentOf('fujian-2.0')
const contentType = 'application/json; charset=utf-8'

const headerNames = [
  'messageReferenceNumber',
  'documentName',
  'documentVersionNumber',
  'senderCode',
  'enterpriseSenderCode',
  'messageSendingDateTime',
  'ipcType',
  'token',
] as const
const bodyNames = ['encryptedCode', 'encryptedContent'] as const

/** Fujian, protocol 2.0: JSON under SM4-ECB with a key of its own, the key under SM2. */
export const fujian: Adapter = {
  id: 'fujian-2.0',
  tokenLifeMs: guide.tokenLifeMs,
  senderCode: guide.senderCode,
  tokenPath: guide.tokenPath,
  sendPath: guide.sendPath,
  documentName: guide.documentName,
  tokenRequest: ({ user, password }) => ({
    path: guide.tokenPath,
    contentType,
    body: JSON.stringify({ userName: user, passWord: password }),
  }),
  readToken: (text) => readTokenAnswer(guide, text, 'data'),
  seal: (message, keys) => ({ path: guide.sendPath, contentType, body: sealed(message, keys) }),
  readAnswer: (text) => readAnswer(guide, text),
  readTokenRequest: (text) => {
    const read = readObject(text)
    const texts = read.ok ? readTexts(read.value, ['userName', 'passWord'], '') : read
    return texts.ok
      ? ok({ user: texts.value.userName, password: texts.value.passWord })
      : refused('envelope', texts.error)
  },
  passwordOnWire: (password) => password,
  answerToken: (token) => JSON.stringify({ code: Number(guide.codeOf('accepted')), msg: null, data: token }),
  open,
  answer: (reason, text) => JSON.stringify({ code: Number(guide.codeOf(reason)), msg: text, data: null }),
}

function sealed({ header, record }: Message, { publicKey, random }: SealKeys): string {
  const texts = headerTexts(guide, header)
  const key = toUtf8(readKey(random.subarray(scalarBytes)))
  return JSON.stringify({
    root: {
      header: {
        messageReferenceNumber: texts.reference,
        documentName: texts.documentName,
        documentVersionNumber: texts.version,
        senderCode: texts.senderCode,
        enterpriseSenderCode: texts.enterpriseCode,
        messageSendingDateTime: texts.sentAt,
        ipcType: texts.type,
        token: texts.token,
      },
      body: {
        encryptedCode: toHex(sm2Encrypt(key, publicKey, random, 'C1C2C3')),
        encryptedContent: toBase64(sm4Encrypt(toUtf8(content.print(header.kind, record)), key)),
      },
    },
  })
}

function open(text: string, { privateKey }: OpenKeys): ReturnType<Adapter['open']> {
  const read = readObject(text)
  if (!read.ok) return refused('envelope', read.error)
  const { root, ...others } = read.value
  if (!isObject(root) || Object.keys(others).length > 0) return envelopeFault('root')
  if (Object.keys(root).some((name) => name !== 'header' && name !== 'body')) return envelopeFault('root')
  const texts = readTexts(root.header, headerNames, 'header.')
  if (!texts.ok) return refused('envelope', texts.error)
  const header = readHeader(guide, {
    reference: texts.value.messageReferenceNumber,
    type: texts.value.ipcType,
    documentName: texts.value.documentName,
    version: texts.value.documentVersionNumber,
    senderCode: texts.value.senderCode,
    enterpriseCode: texts.value.enterpriseSenderCode,
    sentAt: texts.value.messageSendingDateTime,
    token: texts.value.token,
  })
  if (!header.ok) return header
  const body = readTexts(root.body, bodyNames, 'body.')
  if (!body.ok) return refused('envelope', body.error)
  const plain = plainOf(body.value, privateKey)
  if (!plain.ok) return plain
  const record = content.read(header.value.kind, plain.value)
  return record.ok ? ok({ header: header.value, record: record.value }) : refused('body', record.error)
}

const envelopeFault = (field: string) => refused('envelope', faultAt(field, '', 'json_object'))

type Sealed = { readonly encryptedCode: string; readonly encryptedContent: string }

function plainOf({ encryptedCode, encryptedContent }: Sealed, privateKey: string) {
  const { contentLengthMax } = guide
  if (encryptedContent.length > contentLengthMax)
    return refused('envelope', faultAt('body.encryptedContent', '', `length_max ${contentLengthMax}`))
  // Point, sixteen letters and check; whoever sends a long key wants work done.
  const wrapped = encryptedCode.length === 226 ? fromHex(encryptedCode) : null
  const key = wrapped && /^[0-9a-f]+$/.test(encryptedCode) ? sm2Decrypt(wrapped, privateKey, 'C1C2C3') : null
  if (key?.length !== 16) return refused('key', faultAt('body.encryptedCode', encryptedCode, 'sm2_opens'))
  const bytes = fromBase64(encryptedContent)
  const plain = bytes && sm4Decrypt(bytes, key)
  const text = plain && fromUtf8(plain)
  return text === null || text === undefined
    ? err({ ...faultAt('body.encryptedContent', encryptedContent, 'sm4_opens'), reason: 'cipher' as const })
    : ok(text)
}
