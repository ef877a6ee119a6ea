// What the functions, exceptions and fields of Modbus are called. Source: MODBUS Application Protocol V1.1b3 clauses 5.1, 6, 7.
import type { Words } from '../frame-view.ts'

/** A function by its code. */
export type ModbusFunction = Words & { readonly key: string }

export const functions: Readonly<Record<number, ModbusFunction>> = {
  1: { key: 'read_coils', zh: '读线圈', en: 'read coils' },
  2: { key: 'read_discrete_inputs', zh: '读离散输入', en: 'read discrete inputs' },
  3: { key: 'read_holding_registers', zh: '读保持寄存器', en: 'read holding registers' },
  4: { key: 'read_input_registers', zh: '读输入寄存器', en: 'read input registers' },
  5: { key: 'write_single_coil', zh: '写单个线圈', en: 'write single coil' },
  6: { key: 'write_single_register', zh: '写单个寄存器', en: 'write single register' },
  7: { key: 'read_exception_status', zh: '读异常状态', en: 'read exception status' },
  8: { key: 'diagnostics', zh: '诊断', en: 'diagnostics' },
  15: { key: 'write_multiple_coils', zh: '写多个线圈', en: 'write multiple coils' },
  16: { key: 'write_multiple_registers', zh: '写多个寄存器', en: 'write multiple registers' },
  17: { key: 'report_server_id', zh: '报告服务器标识', en: 'report server id' },
  22: { key: 'mask_write_register', zh: '屏蔽写寄存器', en: 'mask write register' },
  23: { key: 'read_write_registers', zh: '读写多个寄存器', en: 'read and write registers' },
  43: { key: 'encapsulated', zh: '封装接口传输', en: 'encapsulated interface transport' },
}

export const exceptions: Readonly<Record<number, Words>> = {
  1: { zh: '非法功能', en: 'illegal function' },
  2: { zh: '非法数据地址', en: 'illegal data address' },
  3: { zh: '非法数据值', en: 'illegal data value' },
  4: { zh: '从站设备故障', en: 'server device failure' },
  5: { zh: '已接受，处理中', en: 'acknowledge, still working' },
  6: { zh: '从站设备忙', en: 'server device busy' },
  8: { zh: '存储奇偶校验错误', en: 'memory parity error' },
  10: { zh: '网关路径不可用', en: 'gateway path unavailable' },
  11: { zh: '网关目标设备无响应', en: 'gateway target device failed to respond' },
}

export const sides = {
  request: { zh: '请求', en: 'request' },
  answer: { zh: '应答', en: 'answer' },
  exception: { zh: '异常', en: 'exception' },
} as const satisfies Readonly<Record<string, Words>>

export const names = {
  transaction: { zh: '事务标识', en: 'transaction' },
  protocol: { zh: '协议标识', en: 'protocol' },
  length: { zh: '长度', en: 'length' },
  unit: { zh: '单元标识', en: 'unit' },
  function: { zh: '功能码', en: 'function' },
  address: { zh: '地址', en: 'address' },
  quantity: { zh: '数量', en: 'quantity' },
  byteCount: { zh: '字节数', en: 'byte count' },
  registers: { zh: '寄存器值', en: 'registers' },
  bits: { zh: '位值', en: 'bits' },
  value: { zh: '值', en: 'value' },
  exception: { zh: '异常码', en: 'exception' },
  data: { zh: '数据', en: 'data' },
  unread: { zh: '未读取', en: 'unread' },
} as const satisfies Readonly<Record<string, Words>>

export const states = {
  on: { zh: '合', en: 'on' },
  off: { zh: '分', en: 'off' },
} as const satisfies Readonly<Record<string, Words>>
