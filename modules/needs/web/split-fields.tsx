import { DeleteOutlined, PlusOutlined } from '@ant-design/icons'
import { Button, Form, Input } from 'antd'
import { useText } from '@tingzhou/ui'
import { CategorySelect } from './pickers.tsx'

const partsMin = 2
const partsMax = 10

/** The parts of a split: each its own title, text and category. */
export function SplitFields() {
  const t = useText('needs')
  return (
    <Form.List name="parts">
      {(fields, { add, remove }) => (
        <>
          {fields.map(({ key, name }, index) => (
            <fieldset key={key} className="needs-part">
              <legend>
                {t('split.part', { n: index + 1 })}
                {fields.length > partsMin && (
                  <Button
                    type="text"
                    size="small"
                    icon={<DeleteOutlined />}
                    aria-label={t('split.remove', { n: index + 1 })}
                    onClick={() => remove(name)}
                  />
                )}
              </legend>
              <Form.Item name={[name, 'title']} label={t('field.title')} rules={[{ required: true, whitespace: true }]}>
                <Input maxLength={60} showCount />
              </Form.Item>
              <Form.Item name={[name, 'text']} label={t('field.text')} rules={[{ required: true, whitespace: true }]}>
                <Input.TextArea rows={3} maxLength={4000} />
              </Form.Item>
              <Form.Item name={[name, 'category']} label={t('column.category')} rules={[{ required: true }]}>
                <CategorySelect />
              </Form.Item>
            </fieldset>
          ))}
          {fields.length < partsMax && (
            <Button type="dashed" block icon={<PlusOutlined />} onClick={() => add({})}>
              {t('split.add')}
            </Button>
          )}
        </>
      )}
    </Form.List>
  )
}
