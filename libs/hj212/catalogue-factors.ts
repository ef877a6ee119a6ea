/** What is measured: a pollutant or a working condition (因子). */
export type Factor = {
  /** HJ 524 / HJ 525 code as HJ 212-2017 annex B uses it. */
  readonly code: string
  /** The code of HJ/T 212-2005, where one is known. */
  readonly code2005: string | null
  readonly zh: string
  readonly en: string
  /** The annex's unit; only a proposal, see `proposeUnit`. Null: none is named here. */
  readonly unit: string | null
}

const factor = (code: string, code2005: string | null, zh: string, en: string, unit: string | null): Factor => ({
  code,
  code2005,
  zh,
  en,
  unit,
})

/**
 * The factors met most often. Others are read all the same: a code needs no row here.
 * Source: HJ 212-2017 annex B; a05024 after HJ 524, used by air stations.
 */
export const factors: readonly Factor[] = [
  factor('w00000', 'B01', '污水流量', 'waste water flow', 'L/s'),
  factor('w01001', '001', 'pH值', 'pH', null),
  factor('w01010', null, '水温', 'water temperature', '°C'),
  factor('w01012', '003', '悬浮物', 'suspended solids', 'mg/L'),
  factor('w01018', '011', '化学需氧量', 'chemical oxygen demand', 'mg/L'),
  factor('w01019', null, '高锰酸盐指数', 'permanganate index', 'mg/L'),
  factor('w21001', '065', '总氮', 'total nitrogen', 'mg/L'),
  factor('w21003', '060', '氨氮', 'ammonia nitrogen', 'mg/L'),
  factor('w21011', '101', '总磷', 'total phosphorus', 'mg/L'),
  factor('w22001', '080', '石油类', 'petroleum', 'mg/L'),
  factor('a00000', 'B02', '废气流量', 'flue gas flow', 'm³/s'),
  factor('a01001', null, '气温', 'air temperature', '°C'),
  factor('a01002', null, '湿度', 'humidity', '%'),
  factor('a01006', null, '气压', 'air pressure', 'kPa'),
  factor('a01007', null, '风速', 'wind speed', 'm/s'),
  factor('a01008', null, '风向', 'wind direction', '°'),
  factor('a01011', 'S02', '烟气流速', 'flue gas velocity', 'm/s'),
  factor('a01012', 'S03', '烟气温度', 'flue gas temperature', '°C'),
  factor('a01013', 'S08', '烟气压力', 'flue gas pressure', 'kPa'),
  factor('a01014', 'S05', '烟气湿度', 'flue gas moisture', '%'),
  factor('a01901', null, '炉膛温度', 'furnace temperature', '°C'),
  factor('a05024', null, '臭氧', 'ozone', 'mg/m³'),
  factor('a19001', 'S01', '氧气含量', 'oxygen', '%'),
  factor('a21002', '03', '氮氧化物', 'nitrogen oxides', 'mg/m³'),
  factor('a21003', null, '一氧化氮', 'nitric oxide', 'mg/m³'),
  factor('a21004', null, '二氧化氮', 'nitrogen dioxide', 'mg/m³'),
  factor('a21005', '04', '一氧化碳', 'carbon monoxide', 'mg/m³'),
  factor('a21026', '02', '二氧化硫', 'sulphur dioxide', 'mg/m³'),
  factor('a24088', null, '非甲烷总烃', 'non-methane hydrocarbons', 'mg/m³'),
  factor('a34001', null, '总悬浮颗粒物', 'total suspended particles', 'ng/m³'),
  factor('a34002', null, '可吸入颗粒物 PM10', 'PM10', 'ng/m³'),
  factor('a34004', null, '细颗粒物 PM2.5', 'PM2.5', 'ng/m³'),
  factor('a34013', '01', '烟尘', 'soot and dust', 'mg/m³'),
  factor('LA', null, 'A声级', 'A-weighted sound level', 'dB(A)'),
  factor('Leq', null, '等效声级', 'equivalent sound level', 'dB(A)'),
  factor('L5', null, '累积百分声级 L5', 'level exceeded 5 % of the time', 'dB(A)'),
  factor('L10', null, '累积百分声级 L10', 'level exceeded 10 % of the time', 'dB(A)'),
  factor('L50', null, '累积百分声级 L50', 'level exceeded 50 % of the time', 'dB(A)'),
  factor('L90', null, '累积百分声级 L90', 'level exceeded 90 % of the time', 'dB(A)'),
  factor('L95', null, '累积百分声级 L95', 'level exceeded 95 % of the time', 'dB(A)'),
  factor('Ld', null, '昼间等效声级', 'day level', 'dB(A)'),
  factor('Ln', null, '夜间等效声级', 'night level', 'dB(A)'),
  factor('LMx', null, '最大声级', 'highest level', 'dB(A)'),
]

const byCode: ReadonlyMap<string, Factor> = new Map(
  factors.flatMap((one) => [[one.code, one] as const, ...(one.code2005 ? [[one.code2005, one] as const] : [])]),
)

/**
 * The factor of a code, new or of 2005.
 * A code of five digits whose letter is missing (`01018`) is found too when exactly one known factor has those digits.
 * @returns null when the code is not in the catalogue
 * Source: HJ 212-2017 annex B. O(1); O(factors) for a missing letter.
 */
export function findFactor(code: string): Factor | null {
  const known = byCode.get(code)
  if (known) return known
  const alike = /^\d{5}$/.test(code) ? factors.filter((one) => one.code.slice(1) === code) : []
  return alike.length === 1 ? (alike[0] ?? null) : null
}

/**
 * The unit to propose when a device is registered; a person confirms it, because no code tells the unit a device reports in.
 * @param st    system code: ambient air stations (22) report micrograms, carbon monoxide excepted, whatever the annex says
 * @param code  factor code
 * @returns null when nothing can be proposed
 * Source: HJ 212-2017 annex B against the habit of ambient air stations. O(1).
 */
export function proposeUnit(st: string, code: string): string | null {
  const found = findFactor(code)
  if (!found?.unit) return null
  const isConcentration = found.unit === 'mg/m³' || found.unit === 'ng/m³'
  if (!isConcentration || st !== '22') return found.unit
  return found.code === 'a21005' ? 'mg/m³' : 'µg/m³'
}
