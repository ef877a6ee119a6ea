// What the packets of MQTT 3.1.1 and their fields are called.
import type { Words } from '../frame-view.ts'

export const titles = {
  connect: { zh: '连接 CONNECT', en: 'CONNECT' },
  connack: { zh: '连接应答 CONNACK', en: 'CONNACK' },
  publish: { zh: '发布 PUBLISH', en: 'PUBLISH' },
  puback: { zh: '发布应答 PUBACK', en: 'PUBACK' },
  pubrec: { zh: '发布收到 PUBREC', en: 'PUBREC' },
  pubrel: { zh: '发布释放 PUBREL', en: 'PUBREL' },
  pubcomp: { zh: '发布完成 PUBCOMP', en: 'PUBCOMP' },
  subscribe: { zh: '订阅 SUBSCRIBE', en: 'SUBSCRIBE' },
  suback: { zh: '订阅应答 SUBACK', en: 'SUBACK' },
  unsubscribe: { zh: '退订 UNSUBSCRIBE', en: 'UNSUBSCRIBE' },
  unsuback: { zh: '退订应答 UNSUBACK', en: 'UNSUBACK' },
  pingreq: { zh: '心跳 PINGREQ', en: 'PINGREQ' },
  pingresp: { zh: '心跳应答 PINGRESP', en: 'PINGRESP' },
  disconnect: { zh: '断开 DISCONNECT', en: 'DISCONNECT' },
} as const satisfies Readonly<Record<string, Words>>

export const names = {
  header: { zh: '报文类型与标志', en: 'type and flags' },
  length: { zh: '剩余长度', en: 'remaining length' },
  protocol: { zh: '协议名', en: 'protocol name' },
  level: { zh: '协议级别', en: 'protocol level' },
  connectFlags: { zh: '连接标志', en: 'connect flags' },
  keepAlive: { zh: '保活时间（秒）', en: 'keep-alive, s' },
  clientId: { zh: '客户端标识', en: 'client identifier' },
  willTopic: { zh: '遗嘱主题', en: 'topic of the will' },
  will: { zh: '遗嘱消息', en: 'will' },
  user: { zh: '用户名', en: 'user name' },
  password: { zh: '密码', en: 'password' },
  acknowledgeFlags: { zh: '应答标志', en: 'acknowledge flags' },
  returnCode: { zh: '返回码', en: 'return code' },
  topic: { zh: '主题', en: 'topic' },
  number: { zh: '报文标识符', en: 'packet identifier' },
  payload: { zh: '消息内容', en: 'message' },
  quality: { zh: '服务质量', en: 'quality of service' },
  granted: { zh: '授予的服务质量', en: 'granted quality of service' },
  unread: { zh: '未读取', en: 'unread' },
} as const satisfies Readonly<Record<string, Words>>

// MQTT 3.1.1 table 3.1.
export const returnCodes: readonly Words[] = [
  { zh: '接受', en: 'accepted' },
  { zh: '协议级别不支持', en: 'protocol level not supported' },
  { zh: '客户端标识被拒绝', en: 'client identifier rejected' },
  { zh: '服务不可用', en: 'server unavailable' },
  { zh: '用户名或密码错误', en: 'user name or password wrong' },
  { zh: '未授权', en: 'not authorised' },
]

/** What flags say that are set. */
export const flagWords = {
  again: { zh: '重发', en: 'sent again' },
  retained: { zh: '保留', en: 'retained' },
  clean: { zh: '清除会话', en: 'clean session' },
  willRetained: { zh: '保留遗嘱', en: 'will retained' },
  user: { zh: '用户名', en: 'user name' },
  password: { zh: '密码', en: 'password' },
  refused: { zh: '拒绝', en: 'refused' },
} as const satisfies Readonly<Record<string, Words>>

export const qualityWords = (level: number): Words => ({ zh: `服务质量 ${level}`, en: `quality ${level}` })

export const willWords = (level: number): Words => ({ zh: `遗嘱，服务质量 ${level}`, en: `will, quality ${level}` })
