import type { NumberSuffix, Period } from './body.ts'

/** A name in both languages. */
export type Words = { readonly zh: string; readonly en: string }

/** Fields of a frame, of its segment and of data areas, by name. Source: HJ 212-2017 6.3.1, tables 3 and 4. */
export const fieldNames: Readonly<Record<string, Words>> = {
  start: { zh: '包头', en: 'start' },
  length: { zh: '数据段长度', en: 'length of the segment' },
  crc: { zh: 'CRC 校验', en: 'check value' },
  end: { zh: '包尾', en: 'end' },
  QN: { zh: '请求编码 QN', en: 'QN, number of the exchange' },
  ST: { zh: '系统编码 ST', en: 'ST, system' },
  CN: { zh: '命令编码 CN', en: 'CN, command' },
  PW: { zh: '访问密码 PW', en: 'PW, password' },
  MN: { zh: '设备唯一标识 MN', en: 'MN, device' },
  Flag: { zh: '拆分包及应答标志 Flag', en: 'Flag: version, packets, answer' },
  PNUM: { zh: '总包数 PNUM', en: 'PNUM, packets' },
  PNO: { zh: '包号 PNO', en: 'PNO, packet' },
  DataTime: { zh: '数据时间', en: 'time of the data' },
  SystemTime: { zh: '系统时间', en: 'time of the device' },
  BeginTime: { zh: '开始时间', en: 'begin' },
  EndTime: { zh: '截止时间', en: 'end' },
  RestartTime: { zh: '开机时间', en: 'time of the start' },
  PolId: { zh: '因子编码', en: 'factor' },
  QnRtn: { zh: '请求应答', en: 'answer to the request' },
  ExeRtn: { zh: '执行结果', en: 'result' },
  RtdInterval: { zh: '实时数据间隔（秒）', en: 'real-time interval, s' },
  MinInterval: { zh: '分钟数据间隔（分）', en: 'minute interval, min' },
  OverTime: { zh: '超时时间（秒）', en: 'time-out, s' },
  ReCount: { zh: '重发次数', en: 'repeats' },
}

/** What is said of a factor or facility, by suffix. Source: HJ 212-2017 table 4; the last two after implementations of 2025. */
export const suffixNames: Readonly<Record<NumberSuffix | 'Flag' | 'RS', Words>> & Readonly<Record<string, Words>> = {
  Rtd: { zh: '实时值', en: 'now' },
  Avg: { zh: '均值', en: 'mean' },
  Min: { zh: '最小值', en: 'lowest' },
  Max: { zh: '最大值', en: 'highest' },
  Cou: { zh: '累计值', en: 'sum' },
  ZsRtd: { zh: '折算实时值', en: 'converted, now' },
  ZsAvg: { zh: '折算均值', en: 'converted mean' },
  ZsMin: { zh: '折算最小值', en: 'converted lowest' },
  ZsMax: { zh: '折算最大值', en: 'converted highest' },
  Data: { zh: '监测值', en: 'value' },
  DayData: { zh: '昼间值', en: 'day' },
  NightData: { zh: '夜间值', en: 'night' },
  Flag: { zh: '数据标记', en: 'flag' },
  RS: { zh: '设施运行状态', en: 'facility, state' },
  RT: { zh: '设施日运行时长', en: 'facility, hours of the day' },
  SampleRd: { zh: '测定值', en: 'read' },
  StandardValue: { zh: '标准值', en: 'standard' },
}

/** What a value stands for. Source: HJ 212-2017 table 9; single and check after implementations of 2025. */
export const periodNames: Readonly<Record<Period, Words>> = {
  realtime: { zh: '实时', en: 'real time' },
  raw: { zh: '原始', en: 'raw' },
  five_minutes: { zh: '五分钟', en: 'five minutes' },
  minute: { zh: '分钟', en: 'minute' },
  hour: { zh: '小时', en: 'hour' },
  day: { zh: '日', en: 'day' },
  single: { zh: '单次', en: 'single' },
  check: { zh: '核查', en: 'check' },
}

/** What the bits of Flag say: the version by its number, then whether an answer is wanted and packets are numbered. HJ 212-2017 6.3.2. */
export const flagNames = {
  versions: [
    { zh: '2005 版', en: 'version 2005' },
    { zh: '2017 版', en: 'version 2017' },
    { zh: '2025 版', en: 'version 2025' },
  ],
  wantsAnswer: { zh: '要应答', en: 'wants an answer' },
  inPackets: { zh: '分包', en: 'in packets' },
} as const satisfies Readonly<Record<string, Words | readonly Words[]>>
