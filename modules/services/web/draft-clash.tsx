import { useText } from '@tingzhou/ui'
import { ClashDialog, type ClashLine } from './clash-dialog.tsx'
import type { StepProps } from './draft-editor.tsx'
import { answerText, fieldText } from './field-facts.tsx'
import type { Clash } from './merge.ts'
import { keyed, shownValue, useSay, type Application, type Say, type Texts } from './words.ts'

/** What two windows of a draft changed differently, in the words of its form. */
export function DraftClash({ application, saver }: Pick<StepProps, 'application' | 'saver'>) {
  const t = useText('services')
  const say = useSay()
  return (
    <ClashDialog lines={saver.clashes.map((clash) => lineOf(t, say, application, clash))} onChoose={saver.choose} />
  )
}

function lineOf(t: Texts, say: Say, { plan }: Application, { path, mine, theirs }: Clash): ClashLine {
  const [group, code = ''] = path.map(String)
  const key = path.join('.')
  const line = (label: string, text: (value: unknown) => string): ClashLine => ({
    key,
    label,
    mine: text(mine),
    theirs: text(theirs),
  })
  const field = plan.form.fields.find((one) => one.code === code)
  if (group === 'values' || group === 'disputes')
    return line(field ? say(field.name) : code, (value) =>
      field ? fieldText(t, say, field, value) : shownValue(t, value),
    )
  if (group === 'answers') {
    const question = plan.questions.find((one) => one.code === code)
    return line(question ? say(question.text) : t('clash.answers'), (value) =>
      question ? answerText(t, say, question, value) : shownValue(t, value),
    )
  }
  if (group === 'materials') {
    const material = plan.materials.find((one) => one.code === code)
    return line(material ? say(material.name) : code, (value) => materialText(t, value))
  }
  if (group === 'consents')
    return line(`${t('clash.consents')} ${keyed(t, 'consent_scope', code, code)}`, (value) =>
      t(value === true ? 'yes' : 'no'),
    )
  if (group === 'deliverBy') return line(t('clash.delivery'), (value) => keyed(t, 'delivery', String(value), ''))
  return line(t(group === 'postTo' ? 'delivery.to' : 'clash.promise'), (value) =>
    typeof value === 'string' || value === null ? shownValue(t, value) : t('clash.given'),
  )
}

/** How a material is given, then how many files. */
function materialText(t: Texts, value: unknown): string {
  if (!Array.isArray(value) || value.length === 0) return t('how.missing')
  const files = value.length - 1
  return `${keyed(t, 'how', String(value[0]), '')}${files > 0 ? ` ${t('clash.files', { n: files })}` : ''}`
}
