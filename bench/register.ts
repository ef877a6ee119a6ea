import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { repoRoot } from '@tingzhou/db'
import { writeCsv, writeXlsx, type ExportColumn } from '@tingzhou/sheets'
import { makeUscc, organisationCheck } from '@tingzhou/uscc'

/** An invented firm of a register. */
export type Firm = {
  readonly uscc: string
  readonly name: string
  readonly industry: string
  readonly address: string
  readonly size: string
  readonly aboveScaleYears: string
  readonly tags: string
  readonly contactName: string
  readonly phone: string
  readonly lon: number
  readonly lat: number
}

const signs = [...'天山博远晨光墨岩云锦宏泰瑞丰鼎盛恒通金源华鑫永达佳和聚能众信卓越同创汇川润泽明珠']
const trades = ['机械制造', '纺织', '生物科技', '新材料', '煤化工', '农业科技', '物流', '数字科技', '建材', '食品']
const industries = ['3411', '1711', '2710', '3240', '2523', '0511', '5431', '6513', '3031', '1432']
const sizes = ['大型', '中型', '小型', '微型']

/** Invented firms, the same for the same numbers; names and codes are all different. */
export function inventFirms(from: number, count: number): readonly Firm[] {
  return Array.from({ length: count }, (_, index) => inventFirm(from + index))
}

function inventFirm(n: number): Firm {
  const sign = [n, Math.floor(n / signs.length), Math.floor(n / signs.length ** 2)].map((i) => signs[i % signs.length])
  const trade = n % trades.length
  const body8 = `MA${String(n).padStart(6, '0')}`
  return {
    uscc: makeUscc(`91652300${body8}${organisationCheck(body8)}`),
    name: `合成示例${sign.join('')}${n}号${trades[trade]}有限公司`,
    industry: industries[trade] ?? '',
    address: `示例区示例路${(n % 997) + 1}号`,
    size: sizes[n % sizes.length] ?? '',
    aboveScaleYears: n % 24 === 0 ? '2024、2025' : '',
    tags: n % 10 === 0 ? '高新技术' : '',
    contactName: `联系人${n % 500}`,
    phone: `0994-${String(2_000_000 + (n % 900_000))}`,
    lon: 87.2 + (n % 1_000) / 10_000,
    lat: 44 + (n % 777) / 10_000,
  }
}

const columns: readonly ExportColumn<Firm>[] = [
  { header: '统一社会信用代码', value: (firm) => firm.uscc },
  { header: '企业名称', value: (firm) => firm.name },
  { header: '行业代码', value: (firm) => firm.industry },
  { header: '地址', value: (firm) => firm.address },
  { header: '规模', value: (firm) => firm.size },
  { header: '规上年份', value: (firm) => firm.aboveScaleYears },
  { header: '标签', value: (firm) => firm.tags },
  { header: '联系人', value: (firm) => firm.contactName },
  { header: '电话', value: (firm) => firm.phone },
  { header: '经度', value: (firm) => firm.lon },
  { header: '纬度', value: (firm) => firm.lat },
]

/** Writes a register as the spreadsheet that a park office would bring. */
export async function writeRegister(file: string, firms: readonly Firm[]): Promise<void> {
  const notes = { name: '说明', lines: [['来源', '合成数据']] as const }
  writeFileSync(
    file,
    file.endsWith('.csv')
      ? writeCsv(columns, firms)
      : await writeXlsx(columns, firms, { sheetName: '企业名录', notesSheet: notes }),
  )
}

/**
 * The import command as a person types it, to its end.
 * @returns seconds
 * @throws Error when it does not take every row
 */
export async function importRegister(file: string, dataDir: string): Promise<number> {
  const began = performance.now()
  const child = spawn(process.execPath, ['scripts/run.mjs', 'import', 'enterprises', file, '--synthetic'], {
    cwd: repoRoot(),
    stdio: ['ignore', 2, 2],
    env: { ...process.env, DATA_DIR: dataDir },
  })
  await once(child, 'exit')
  if (child.exitCode !== 0) throw new Error(`the import ended with ${child.exitCode}`)
  return (performance.now() - began) / 1_000
}
