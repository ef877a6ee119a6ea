import { Form, Input, Radio } from 'antd'
import { useText } from '@tingzhou/ui'
import { solvedAnswers } from '../appeal-contract.ts'

const grades = [5, 4, 3, 2, 1] as const

/** The five grades of the service rating, in words. */
export function RatingField({ required = false }: { readonly required?: boolean }) {
  const t = useText('needs')
  return (
    <Form.Item name="rating" label={t('field.rating')} rules={[{ required, message: t('rule.rate') }]}>
      <Radio.Group
        className="needs-grades"
        aria-label={t('field.rating')}
        optionType="button"
        options={grades.map((grade) => ({ value: grade, label: t(`rating.${grade}`) }))}
      />
    </Form.Item>
  )
}

/** What a callback asks: reached, contacted, solved, satisfied, in the words of the enterprise. */
export function CallbackFields() {
  const t = useText('needs')
  const form = Form.useFormInstance()
  const reached = Form.useWatch('reached', form) !== false
  const yesNo = [
    { value: true, label: t('yes') },
    { value: false, label: t('no') },
  ]
  return (
    <>
      <Form.Item name="reached" label={t('field.reached')} rules={[{ required: true }]}>
        <Radio.Group aria-label={t('field.reached')} options={yesNo} />
      </Form.Item>
      {reached && (
        <>
          <Form.Item
            name="contacted"
            label={t('field.contacted')}
            rules={[{ required: true, message: t('rule.answer') }]}
          >
            <Radio.Group aria-label={t('field.contacted')} options={yesNo} />
          </Form.Item>
          <Form.Item name="solved" label={t('field.solved')} rules={[{ required: true, message: t('rule.answer') }]}>
            <Radio.Group
              aria-label={t('field.solved')}
              options={solvedAnswers.map((value) => ({ value, label: t(`solved.${value}`) }))}
            />
          </Form.Item>
          <RatingField />
        </>
      )}
      <Form.Item
        name="words"
        label={reached ? t('field.callback_words') : t('field.callback_unreached')}
        {...(reached ? {} : { extra: t('help.unreached') })}
      >
        <Input.TextArea rows={4} maxLength={1000} showCount />
      </Form.Item>
    </>
  )
}
