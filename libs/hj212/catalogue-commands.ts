/** Who may say a command: the device (up), the platform (down), or either. */
export type Direction = 'up' | 'down' | 'both'

/** How a command is answered: a request by 9011 and 9012, a notice by 9013, an upload by 9014, a reply by nothing. */
export type CommandKind = 'request' | 'notice' | 'upload' | 'reply'

/** One row of the command table (命令编码). A command that is asked for and uploaded under one number has two rows. */
export type Command = {
  readonly cn: string
  readonly direction: Direction
  readonly kind: CommandKind
  readonly zh: string
  readonly en: string
  /** The version that brought it, as far as is known. */
  readonly since: '2017' | '2025'
}

const row =
  (since: Command['since']) =>
  (cn: string, direction: Direction, kind: CommandKind, zh: string, en: string): Command => ({
    cn,
    direction,
    kind,
    zh,
    en,
    since,
  })
const of2017 = row('2017')
const of2025 = row('2025')

/**
 * The commands. Others are read all the same, as `unknown`.
 * Source: HJ 212-2017 table 9; the rows of 2025 after implementations of that version, its text was not at hand.
 */
export const commands: readonly Command[] = [
  of2017('1000', 'down', 'request', '设置超时时间及重发次数', 'set time-out and repeats'),
  of2017('1011', 'down', 'request', '提取现场机时间', 'read the device clock'),
  of2017('1011', 'up', 'upload', '上传现场机时间', 'the device clock'),
  of2017('1012', 'down', 'request', '设置现场机时间', 'set the device clock'),
  of2017('1013', 'up', 'notice', '现场机时间校准请求', 'asks for its clock to be set'),
  of2017('1061', 'down', 'request', '提取实时数据间隔', 'read the real-time interval'),
  of2017('1061', 'up', 'upload', '上传实时数据间隔', 'the real-time interval'),
  of2017('1062', 'down', 'request', '设置实时数据间隔', 'set the real-time interval'),
  of2017('1063', 'down', 'request', '提取分钟数据间隔', 'read the minute interval'),
  of2017('1063', 'up', 'upload', '上传分钟数据间隔', 'the minute interval'),
  of2017('1064', 'down', 'request', '设置分钟数据间隔', 'set the minute interval'),
  of2017('1072', 'down', 'request', '设置现场机密码', 'set the password'),
  of2017('2011', 'down', 'request', '取污染物实时数据', 'start real-time data'),
  of2017('2011', 'up', 'upload', '上传污染物实时数据', 'real-time data'),
  of2017('2012', 'down', 'notice', '停止察看污染物实时数据', 'stop real-time data'),
  of2017('2021', 'down', 'request', '取设备运行状态数据', 'start facility states'),
  of2017('2021', 'up', 'upload', '上传设备运行状态数据', 'facility states'),
  of2017('2022', 'down', 'notice', '停止察看设备运行状态', 'stop facility states'),
  of2017('2031', 'down', 'request', '取污染物日历史数据', 'query day data'),
  of2017('2031', 'up', 'upload', '上传污染物日历史数据', 'day data'),
  of2017('2041', 'down', 'request', '取设备运行时间日历史数据', 'query daily running times'),
  of2017('2041', 'up', 'upload', '上传设备运行时间日历史数据', 'daily running times'),
  of2017('2051', 'down', 'request', '取污染物分钟数据', 'query minute data'),
  of2017('2051', 'up', 'upload', '上传污染物分钟数据', 'minute data'),
  of2017('2061', 'down', 'request', '取污染物小时数据', 'query hour data'),
  of2017('2061', 'up', 'upload', '上传污染物小时数据', 'hour data'),
  of2017('2081', 'up', 'upload', '上传数采仪开机时间', 'the logger restarted'),
  of2017('3011', 'down', 'request', '零点校准量程校准', 'calibrate zero and span'),
  of2017('3012', 'down', 'request', '即时采样', 'sample now'),
  of2017('3013', 'down', 'request', '启动清洗/反吹', 'wash or blow back'),
  of2017('3014', 'down', 'request', '比对采样', 'take a comparison sample'),
  of2017('3015', 'down', 'request', '超标留样', 'keep a sample over the limit'),
  of2017('3015', 'up', 'upload', '上传超标留样信息', 'a sample over the limit was kept'),
  of2017('3016', 'down', 'request', '设置采样时间周期', 'set the sampling cycle'),
  of2017('3017', 'down', 'request', '提取采样时间周期', 'read the sampling cycle'),
  of2017('3017', 'up', 'upload', '上传采样时间周期', 'the sampling cycle'),
  of2017('3018', 'down', 'request', '提取出样时间', 'read the time of analysis'),
  of2017('3018', 'up', 'upload', '上传出样时间', 'the time of analysis'),
  of2017('3019', 'down', 'request', '提取设备唯一标识', 'read device ids'),
  of2017('3019', 'up', 'upload', '上传设备唯一标识', 'device ids'),
  of2017('3020', 'down', 'request', '提取现场机信息', 'read device information'),
  of2017('3020', 'up', 'upload', '上传现场机信息', 'device information'),
  of2017('3021', 'down', 'request', '设置现场机参数', 'set a device parameter'),
  of2017('9011', 'up', 'reply', '请求应答', 'request accepted or not'),
  of2017('9012', 'up', 'reply', '执行结果', 'result of a request'),
  of2017('9013', 'both', 'reply', '通知应答', 'answer to a notice'),
  of2017('9014', 'both', 'reply', '数据应答', 'answer to an upload'),
  of2025('1001', 'up', 'upload', '上传数采仪硬件标识', 'logger hardware ids'),
  of2025('1002', 'down', 'request', '设置设备唯一标识', 'set the device id'),
  of2025('1014', 'both', 'request', '密钥请求与更新', 'ask for a key, set a key'),
  of2025('2013', 'up', 'upload', '上传原始监测数据', 'raw monitoring data'),
  of2025('2052', 'up', 'upload', '上传噪声单次监测数据', 'a single noise measurement'),
  of2025('2062', 'up', 'upload', '上传自动标样核查数据', 'automatic standard check'),
  of2025('2111', 'up', 'upload', '上传炉膛温度五分钟数据', 'five-minute furnace temperature'),
  of2025('3022', 'down', 'request', '即时留样', 'keep a sample now'),
  of2025('3024', 'down', 'request', '启动标样核查', 'start a standard check'),
  of2025('9015', 'up', 'notice', '心跳', 'heartbeat'),
]

/** A code and what it says, for screens that read frames. */
export type Code = { readonly code: string; readonly zh: string; readonly en: string }

const code = (code: string, zh: string, en: string): Code => ({ code, zh, en })

/** System codes (系统编码). Source: HJ 212-2017 table 5; 44 after implementations of 2025. */
export const systems: readonly Code[] = [
  code('21', '地表水质量监测', 'surface water'),
  code('22', '空气质量监测', 'ambient air'),
  code('23', '声环境质量监测', 'noise'),
  code('24', '地下水质量监测', 'ground water'),
  code('25', '土壤质量监测', 'soil'),
  code('26', '海水质量监测', 'sea water'),
  code('27', '挥发性有机物监测', 'volatile organic compounds'),
  code('31', '大气环境污染源', 'air pollution source'),
  code('32', '地表水体环境污染源', 'surface water pollution source'),
  code('33', '地下水体环境污染源', 'ground water pollution source'),
  code('34', '海洋环境污染源', 'sea pollution source'),
  code('35', '土壤环境污染源', 'soil pollution source'),
  code('36', '声环境污染源', 'noise source'),
  code('37', '振动环境污染源', 'vibration source'),
  code('38', '放射性环境污染源', 'radiation source'),
  code('39', '工地扬尘污染源', 'construction site dust'),
  code('41', '电磁环境污染源', 'electromagnetic source'),
  code('44', '用电监控', 'facility power monitoring'),
  code('51', '烟气排放过程监控', 'flue gas process'),
  code('52', '污水排放过程监控', 'waste water process'),
  code('91', '系统交互', 'system interaction'),
]

/** Answers to a request (请求命令返回). Source: HJ 212-2017 table 7. */
export const requestAnswers: readonly Code[] = [
  code('1', '准备执行请求', 'will execute'),
  code('2', '请求被拒绝', 'refused'),
  code('3', 'PW 错误', 'wrong PW'),
  code('4', 'MN 错误', 'wrong MN'),
  code('5', 'ST 错误', 'wrong ST'),
  code('6', 'Flag 错误', 'wrong Flag'),
  code('7', 'QN 错误', 'wrong QN'),
  code('8', 'CN 错误', 'wrong CN'),
  code('9', 'CRC 校验错误', 'wrong check value'),
  code('100', '未知错误', 'unknown error'),
]

/** Results of a request (执行结果). Source: HJ 212-2017 table 6. */
export const results: readonly Code[] = [
  code('1', '执行成功', 'done'),
  code('2', '执行失败，原因未知', 'failed, cause unknown'),
  code('3', '命令请求条件错误', 'wrong condition'),
  code('4', '通讯超时', 'time-out'),
  code('5', '系统繁忙不能执行', 'busy'),
  code('6', '系统故障', 'fault'),
  code('100', '没有数据', 'no data'),
]

/** Data flags (数据标记). Source: HJ 212-2017 table 8. Others occur with devices of 2005: they are kept, and count as not valid. */
export const dataFlags: readonly Code[] = [
  code('N', '正常', 'normal'),
  code('F', '停运', 'instrument stopped'),
  code('M', '维护', 'maintenance'),
  code('S', '手工输入', 'set by hand'),
  code('D', '故障', 'fault'),
  code('C', '校准', 'calibrating'),
  code('T', '超上限', 'above range'),
  code('B', '通讯异常', 'link to the instrument broken'),
]

/** States of a facility, `SBxxx-RS`. Source: HJ 212-2017 table 4. */
export const facilityStates: readonly Code[] = [
  code('0', '关闭', 'off'),
  code('1', '运行', 'on'),
  code('2', '校准', 'calibrating'),
  code('3', '维护', 'maintenance'),
  code('4', '报警', 'alarm'),
  code('5', '反吹', 'blowing back'),
]
