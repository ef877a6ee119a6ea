import { ok } from '@tingzhou/kernel'
import type { Adapter, Message, OpenKeys, SealKeys } from './adapter.ts'
import { readAnswer, readTokenAnswer } from './answers.ts'
import { fromBase64, fromUtf8, toBase64, toUtf8 } from './bytes.ts'
import { contentOf } from './content.ts'
import { faultAt } from './fault.ts'
import { guideOf } from './guide.ts'
import { headerTexts, readHeader, refused } from './header.ts'
import { readObject, readTexts } from './json.ts'
import { md5 } from './md5.ts'
import { sm2Decrypt, sm2Encrypt } from './sm2.ts'

const guide = guideOf('tianjin-1.2.1')
const content = contentOf('tianjin-1.2.1')
const contentType = 'application/json; charset=utf-8'

const names = [
  'IPCType',
  'DocumentName',
  'EncryptedContent',
  'MessageReferenceNumber',
  'MessageSendingDateTime',
  'UserId',
  'Token',
] as const

/** Tianjin, access guide V1.2.1: XML under SM2, in a flat envelope of JSON. */
export const tianjin: Adapter = {
  id: 'tianjin-1.2.1',
  tokenLifeMs: guide.tokenLifeMs,
  senderCode: guide.senderCode,
  tokenPath: guide.tokenPath,
  sendPath: guide.sendPath,
  documentName: guide.documentName,
  tokenRequest: ({ user, password }) => ({
    path: guide.tokenPath,
    contentType,
    body: JSON.stringify({ userId: user, password: md5(password) }),
  }),
  readToken: (text) => readTokenAnswer(guide, text, 'token'),
  seal: (message, keys) => ({ path: guide.sendPath, contentType, body: sealed(message, keys) }),
  readAnswer: (text) => readAnswer(guide, text),
  readTokenRequest: (text) => {
    const read = readObject(text)
    const texts = read.ok ? readTexts(read.value, ['userId', 'password'], '') : read
    return texts.ok
      ? ok({ user: texts.value.userId, password: texts.value.password })
      : refused('envelope', texts.error)
  },
  passwordOnWire: md5,
  answerToken: (token) => JSON.stringify({ code: guide.codeOf('accepted'), msg: '', token }),
  open,
  answer: (reason, text) => JSON.stringify({ code: guide.codeOf(reason), msg: text }),
}

function sealed({ header, record }: Message, { publicKey, random }: SealKeys): string {
  const texts = headerTexts(guide, header)
  const plain = toUtf8(content.print(header.kind, record))
  return JSON.stringify({
    IPCType: texts.type,
    DocumentName: texts.documentName,
    EncryptedContent: toBase64(sm2Encrypt(plain, publicKey, random, 'C1C3C2')),
    MessageReferenceNumber: texts.reference,
    MessageSendingDateTime: texts.sentAt,
    UserId: texts.enterpriseCode,
    Token: texts.token,
  })
}

function open(text: string, { privateKey }: OpenKeys): ReturnType<Adapter['open']> {
  const read = readObject(text)
  const texts = read.ok ? readTexts(read.value, names, '') : read
  if (!texts.ok) return refused('envelope', texts.error)
  const header = readHeader(guide, {
    reference: texts.value.MessageReferenceNumber,
    type: texts.value.IPCType,
    documentName: texts.value.DocumentName,
    version: guide.version,
    senderCode: guide.senderCode,
    enterpriseCode: texts.value.UserId,
    sentAt: texts.value.MessageSendingDateTime,
    token: texts.value.Token,
  })
  if (!header.ok) return header
  const { EncryptedContent: sealedText } = texts.value
  if (sealedText.length > guide.contentLengthMax)
    return refused('envelope', faultAt('EncryptedContent', '', `length_max ${guide.contentLengthMax}`))
  const bytes = fromBase64(sealedText)
  const plain = bytes && sm2Decrypt(bytes, privateKey, 'C1C3C2')
  const xml = plain && fromUtf8(plain)
  if (xml === null) return refused('key', faultAt('EncryptedContent', sealedText, 'sm2_opens'))
  const record = content.read(header.value.kind, xml)
  return record.ok ? ok({ header: header.value, record: record.value }) : refused('body', record.error)
}
