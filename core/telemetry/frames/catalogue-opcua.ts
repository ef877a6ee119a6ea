// What the frames of OPC UA and their fields are called, and what a status says.
import type { Words } from '../frame-view.ts'

export const titles = {
  publish: { zh: '数据变化通知 Publish', en: 'Publish, changed values' },
  write: { zh: '写入 Write', en: 'Write' },
} as const satisfies Readonly<Record<string, Words>>

export const names = {
  service: { zh: '服务', en: 'service' },
  nodeId: { zh: '节点标识', en: 'node id' },
  value: { zh: '值', en: 'value' },
  status: { zh: '状态码', en: 'status' },
  sourceTimestamp: { zh: '源时间戳', en: 'source timestamp' },
  more: { zh: '未显示的节点数', en: 'nodes not shown' },
} as const satisfies Readonly<Record<string, Words>>

// OPC 10000-6 annex A.2, what machines say most.
const statuses: Readonly<Record<string, Words>> = {
  Good: { zh: '正常', en: 'good' },
  GoodClamped: { zh: '已写入，但被限幅', en: 'written, but clamped to a limit' },
  GoodCompletesAsynchronously: { zh: '已接受，稍后完成', en: 'accepted, completed later' },
  GoodLocalOverride: { zh: '就地强制值', en: 'overridden on the spot' },
  UncertainInitialValue: { zh: '存疑：初始值', en: 'uncertain: an initial value' },
  UncertainLastUsableValue: { zh: '存疑：最后可用值', en: 'uncertain: the last usable value' },
  UncertainNoCommunicationLastUsableValue: {
    zh: '存疑：通信中断，最后可用值',
    en: 'uncertain: no communication, the last usable value',
  },
  UncertainSensorNotAccurate: { zh: '存疑：传感器不准', en: 'uncertain: the sensor is not accurate' },
  UncertainSubNormal: { zh: '存疑：信号源不足', en: 'uncertain: too few sources' },
  BadCommunicationError: { zh: '通信错误', en: 'communication error' },
  BadConfigurationError: { zh: '配置错误', en: 'configuration error' },
  BadDeviceFailure: { zh: '设备故障', en: 'the device failed' },
  BadNoCommunication: { zh: '无通信', en: 'no communication' },
  BadNodeIdInvalid: { zh: '节点标识无效', en: 'not a node id' },
  BadNodeIdUnknown: { zh: '节点不存在', en: 'no such node' },
  BadNotConnected: { zh: '未连接', en: 'not connected' },
  BadNotReadable: { zh: '不可读', en: 'cannot be read' },
  BadNotWritable: { zh: '不可写', en: 'cannot be written' },
  BadOutOfRange: { zh: '超出范围', en: 'out of range' },
  BadOutOfService: { zh: '停用', en: 'out of service' },
  BadSensorFailure: { zh: '传感器故障', en: 'the sensor failed' },
  BadTimeout: { zh: '超时', en: 'timed out' },
  BadTypeMismatch: { zh: '数据类型不符', en: 'of another type' },
  BadUserAccessDenied: { zh: '用户无权限', en: 'the user may not' },
  BadWaitingForInitialData: { zh: '等待首个数据', en: 'waiting for the first value' },
}

const severities: readonly (readonly [RegExp, Words])[] = [
  [/^Good/, { zh: '正常', en: 'good' }],
  [/^Uncertain/, { zh: '存疑', en: 'uncertain' }],
  [/^Bad/, { zh: '异常', en: 'bad' }],
]

/** What a status says; of one that is not named here, how bad it is. O(1). */
export const statusWords = (status: string): Words | null =>
  (Object.hasOwn(statuses, status) ? statuses[status] : severities.find(([form]) => form.test(status))?.[1]) ?? null
