import { passwordLengthMin } from '@tingzhou/access/contract'
import { useText } from '@tingzhou/ui'
import { Form, Input } from 'antd'

/** A new password, twice. */
export function PasswordFields({ name = 'password' }: { readonly name?: string }) {
  const t = useText('shell')
  const rule = t('password.rule', { min: passwordLengthMin })
  return (
    <>
      <Form.Item
        name={name}
        label={t('field.new_password')}
        extra={rule}
        rules={[{ required: true, min: passwordLengthMin, message: rule }]}
      >
        <Input.Password autoComplete="new-password" maxLength={128} />
      </Form.Item>
      <Form.Item
        name="again"
        label={t('field.password_again')}
        dependencies={[name]}
        rules={[
          ({ getFieldValue }) => ({
            required: true,
            validator: (_, value: unknown) =>
              value === getFieldValue(name) ? Promise.resolve() : Promise.reject(new Error(t('password.differs'))),
          }),
        ]}
      >
        <Input.Password autoComplete="new-password" maxLength={128} />
      </Form.Item>
    </>
  )
}
