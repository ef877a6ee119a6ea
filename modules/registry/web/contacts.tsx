import { useQuery } from '@tanstack/react-query'
import { Form, Switch } from 'antd'
import {
  EmptyState,
  FormBox,
  ProblemAlert,
  StateTag,
  useCommand,
  useMe,
  useText,
  VerbButton,
  FormDrawer,
  OpenFormButton,
  useOpenForm,
} from '@tingzhou/ui'
import type { Contact, ContactInput } from '../enterprise-contract.ts'
import { api } from './api.ts'
import { LineItem } from './parts.tsx'
import { mayKeepContacts } from './roles.ts'

type Firm = { readonly id: string; readonly areaId: string | null }
type Values = ContactInput & { readonly why?: string }
type Changed = { readonly id: string; readonly rev: number }

/** Who to speak to at an enterprise; numbers are masked unless the reader handles it. */
export function Contacts({ firm }: { readonly firm: Firm }) {
  const t = useText('registry')
  const me = useMe()
  const { item } = useOpenForm()
  const query = useQuery(api.contacts.list.queryOptions({ input: { enterpriseId: firm.id } }))
  const rows = query.data?.rows ?? []
  const refused = mayKeepContacts(me, firm) ? null : t('reason.contacts')
  const edited = rows.find(({ id }) => id === item)
  return (
    <>
      {query.error && <ProblemAlert problem={query.error} onRetry={() => void query.refetch()} />}
      {query.data && rows.length === 0 && <EmptyState title={t('contact.empty')} />}
      <ul className="registry-contacts">
        {rows.map((contact) => (
          <ContactLine key={contact.id} contact={contact} refused={refused} />
        ))}
      </ul>
      <OpenFormButton name="contact-new" reason={refused}>
        {t('contact.add')}
      </OpenFormButton>
      <FormDrawer name="contact-new" title={t('contact.new')}>
        <AddContact firm={firm} />
      </FormDrawer>
      <FormDrawer name="contact" title={t('contact.edit')}>
        {edited && <EditContact key={edited.rev} contact={edited} />}
      </FormDrawer>
    </>
  )
}

function ContactLine({ contact, refused }: { readonly contact: Contact; readonly refused: string | null }) {
  const t = useText('registry')
  const { phone, masked } = contact
  return (
    <li>
      <div>
        <strong>{contact.name}</strong> <span className="tz-second">{contact.role}</span>{' '}
        {contact.main && (
          <StateTag tone="good" shape="dot">
            {t('contact.main')}
          </StateTag>
        )}
        {contact.state === 'left' && (
          <StateTag tone="plain" shape="cross">
            {t('contact_state.left')}
          </StateTag>
        )}
        <p className="tz-flush">
          {phone && (masked ? <span className="tz-number">{phone}</span> : <a href={`tel:${phone}`}>{phone}</a>)}{' '}
          <span className="tz-second">{contact.email}</span>
        </p>
        {masked && (phone || contact.email) && <p className="tz-flush tz-second tz-caption">{t('contact.masked')}</p>}
      </div>
      <OpenFormButton name="contact" item={contact.id} size="small" reason={refused}>
        {t('verb.edit')}
      </OpenFormButton>
    </li>
  )
}

function Fields() {
  const t = useText('registry')
  return (
    <>
      <LineItem name="name" label={t('field.contact_name')} max={60} required />
      <LineItem name="role" label={t('field.contact_role')} max={60} />
      <LineItem name="phone" label={t('field.contact_phone')} max={40} inputMode="tel" />
      <LineItem name="email" label={t('field.contact_email')} max={120} inputMode="email" />
      <Form.Item name="main" label={t('field.contact_main')} valuePropName="checked">
        <Switch />
      </Form.Item>
    </>
  )
}

function AddContact({ firm }: { readonly firm: Firm }) {
  const t = useText('registry')
  const { close } = useOpenForm()
  const command = useCommand({
    run: api.contacts.create.call,
    invalidate: [api.contacts.key(), api.enterprises.key()],
    success: t('contact.added'),
  })
  return (
    <FormBox<Values, Parameters<typeof api.contacts.create.call>[0], Changed>
      command={command}
      toInput={(values) => ({ ...values, enterpriseId: firm.id })}
      submit={t('contact.add')}
      done={close}
      onCancel={close}
    >
      <Fields />
    </FormBox>
  )
}

function EditContact({ contact }: { readonly contact: Contact }) {
  const t = useText('registry')
  const { close } = useOpenForm()
  const { id, enterpriseId, rev, state } = contact
  const command = useCommand({
    run: api.contacts.change.call,
    invalidate: [api.contacts.key(), api.enterprises.key()],
    success: t('saved'),
  })
  const leave = async () => {
    const done = await command.run({ enterpriseId, id, rev, state: state === 'left' ? 'active' : 'left' })
    if (done.ok) close()
  }
  return (
    <>
      <FormBox<Values, Parameters<typeof api.contacts.change.call>[0], Changed>
        command={command}
        initial={{
          name: contact.name,
          role: contact.role,
          phone: contact.phone,
          email: contact.email,
          main: contact.main,
        }}
        toInput={({ why, ...values }) => ({ ...values, enterpriseId, id, rev, ...(why ? { why } : {}) })}
        submit={t('verb.save')}
        done={close}
        onCancel={close}
      >
        <Fields />
        <LineItem name="why" label={t('why')} max={500} />
      </FormBox>
      <VerbButton loading={command.pending} onClick={() => void leave()}>
        {state === 'left' ? t('contact.back') : t('contact.leave')}
      </VerbButton>
    </>
  )
}
