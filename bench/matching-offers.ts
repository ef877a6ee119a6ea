import { starterProducts, type Product } from '@tingzhou/text'

/** An offer or a need of a file, with its truth: the product, or null when it only mentions one. */
export type Labelled = {
  readonly id: string
  readonly text: string
  readonly product?: string | null
  readonly spec?: string | null
}

const sellers = ['我厂', '本公司', '合作社', '天山示例商贸', '示例工贸', '厂家']
const zh: readonly ((name: string, spec: string, tonnes: number) => string)[] = [
  (name, spec, tonnes) => `${name}（${spec}）现货${tonnes}吨，价格面议`,
  (name, spec) => `长期供应${name}，规格${spec}，可开票`,
  (name, spec, tonnes) => `出售 ${spec} ${name}，月供${tonnes}吨，送货到厂`,
  (name, spec) => `${name} ${spec} 大量有货 欢迎来电`,
]
const en: readonly ((name: string, spec: string, tonnes: number) => string)[] = [
  (name, spec, tonnes) => `We offer ${name}, ${spec}, ${tonnes} t per month`,
  (name, spec) => `${name} ${spec} available, ex works`,
]
const traps: readonly ((name: string) => string)[] = [
  (name) => `${name}加工设备转让`,
  (name) => `${name}专用包装袋定做`,
  (name) => `${name}运输车辆出租`,
  (name) => `${name}仓储库房出租`,
  (name) => `${name}质量检测，出具报告`,
  (name) => `承接${name}生产线设计安装`,
]
const englishTraps: readonly ((name: string) => string)[] = [
  (name) => `${name} production line for sale`,
  (name) => `packaging bags for ${name}`,
  (name) => `${name} testing equipment`,
]

/**
 * Invented offers of the starter catalogue, the same for the same seed: a fifth are traps, a quarter of the rest is English.
 * @param random  in [0, 1)
 */
export function inventOffers(count: number, random: () => number): readonly Labelled[] {
  const pick = <T>(all: readonly T[]): T => all[Math.floor(random() * all.length)]! // a list with entries
  return Array.from({ length: count }, (_, i) => {
    const product = starterProducts[i % starterProducts.length]! // as above
    const [isTrap, isEnglish] = [random() < 0.2, random() < 0.25]
    const name = pick(isEnglish ? product.en : product.zh)
    const text = isTrap
      ? pick(isEnglish ? englishTraps : traps)(name)
      : offerText(product, name, isEnglish, pick, random)
    return { id: `g${String(i).padStart(6, '0')}`, text, product: isTrap ? null : product.code }
  })
}

function offerText(
  product: Product,
  name: string,
  isEnglish: boolean,
  pick: <T>(all: readonly T[]) => T,
  random: () => number,
): string {
  const spec = pick(product.spec?.values ?? [''])
  const tonnes = 5 * Math.ceil(random() * 200)
  return isEnglish
    ? pick(en)(name, /\p{Script=Han}/u.test(spec) ? 'standard grade' : spec, tonnes)
    : `${pick(sellers)}：${pick(zh)(name, spec, tonnes)}`
}
