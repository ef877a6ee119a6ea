import { useQuery } from '@tanstack/react-query'
import { Form } from 'antd'
import { FormBox, ListPage, useCommand, useMe, useText, FormDrawer, OpenFormButton, useOpenForm } from '@tingzhou/ui'
import { PlaceListInput, type Department, type DepartmentInput } from '../zone-contract.ts'
import { api } from './api.ts'
import { PlaceState, StateField } from './areas.tsx'
import { LineItem, SyntheticTag } from './parts.tsx'
import { DepartmentSelect, LookupMany, people } from './pickers.tsx'
import { mayFound } from './roles.ts'

type Values = DepartmentInput & { readonly why?: string }
type Changed = { readonly id: string; readonly rev: number }

/** The departments, whom they answer to, who is on duty and who takes over. */
export function DepartmentList() {
  const t = useText('registry')
  const me = useMe()
  const { open } = useOpenForm()
  const refused = mayFound(me) ? null : t('reason.found')
  const load = async (
    input: { q?: string | undefined; state?: 'open' | 'closed' | undefined },
    signal: AbortSignal,
  ) => {
    const { rows } = await api.departments.list.call(input, { signal })
    return { rows, next: null, total: rows.length }
  }
  return (
    <>
      <ListPage
        name="registry.departments"
        title={t('department.title')}
        schema={PlaceListInput}
        source={{ key: api.departments.list.key(), load }}
        rowKey={(row) => row.id}
        {...(refused === null ? { onOpen: (row: Department) => open('department', row.id) } : {})}
        primary={
          <OpenFormButton name="department-new" primary reason={refused}>
            {t('department.add')}
          </OpenFormButton>
        }
        columns={[
          {
            key: 'code',
            title: t('field.code'),
            width: 100,
            render: (row) => <span className="tz-mono">{row.code}</span>,
          },
          {
            key: 'name',
            title: t('department.name'),
            card: 'title',
            render: (row) => (
              <>
                {row.name} <SyntheticTag when={row.synthetic} />
              </>
            ),
          },
          { key: 'parent', title: t('field.parentId'), render: (row) => row.parentName ?? '–' },
          {
            key: 'heads',
            title: t('field.headAccountIds'),
            card: 'decides',
            render: (row) => row.heads.map(({ name }) => name).join(t('comma')) || '–',
          },
          { key: 'phone', title: t('field.dutyPhone'), card: 'decides', render: (row) => row.dutyPhone || '–' },
          { key: 'hours', title: t('field.dutyHours'), render: (row) => row.dutyHours || '–' },
          { key: 'fallback', title: t('field.fallbackDepartmentId'), render: (row) => row.fallbackName ?? '–' },
          { key: 'state', title: t('field.state'), card: 'decides', render: (row) => <PlaceState state={row.state} /> },
        ]}
        filters={[
          {
            kind: 'choice',
            key: 'state',
            label: t('field.state'),
            options: (['open', 'closed'] as const).map((value) => ({ value, label: t(`place_state.${value}`) })),
          },
        ]}
        live={['department']}
        empty={{ nothing: t('department.empty') }}
      />
      <FormDrawer name="department-new" title={t('department.new')}>
        <AddDepartment />
      </FormDrawer>
      <FormDrawer name="department" title={t('department.edit')}>
        <EditDepartment />
      </FormDrawer>
    </>
  )
}

function Fields({ id }: { readonly id?: string }) {
  const t = useText('registry')
  return (
    <>
      <LineItem name="code" label={t('field.code')} max={40} required />
      <LineItem name="name" label={t('department.name')} max={60} required />
      <Form.Item name="parentId" label={t('field.parentId')}>
        <DepartmentSelect except={id} />
      </Form.Item>
      <Form.Item name="headAccountIds" label={t('field.headAccountIds')} extra={t('help.heads')}>
        <LookupMany source={people} maxCount={20} placeholder={t('pick.person')} />
      </Form.Item>
      <LineItem name="dutyPhone" label={t('field.dutyPhone')} max={40} inputMode="tel" />
      <LineItem name="dutyHours" label={t('field.dutyHours')} max={200} />
      <Form.Item name="fallbackDepartmentId" label={t('field.fallbackDepartmentId')} extra={t('help.fallback')}>
        <DepartmentSelect except={id} />
      </Form.Item>
      <StateField />
      {id !== undefined && <LineItem name="why" label={t('why')} max={500} />}
    </>
  )
}

function AddDepartment() {
  const t = useText('registry')
  const { close } = useOpenForm()
  const command = useCommand({
    run: api.departments.create.call,
    invalidate: [api.departments.key()],
    success: t('saved'),
  })
  return (
    <FormBox<Values, Parameters<typeof api.departments.create.call>[0], Changed>
      command={command}
      initial={{ state: 'open' }}
      toInput={({ why: _why, ...values }) => values}
      submit={t('department.add')}
      done={close}
      onCancel={close}
    >
      <Fields />
    </FormBox>
  )
}

function EditDepartment() {
  const { item } = useOpenForm()
  const query = useQuery({ ...api.departments.get.queryOptions({ input: { id: item ?? '' } }), enabled: item !== null })
  return query.data ? <EditForm key={query.data.rev} department={query.data} /> : null
}

function EditForm({ department }: { readonly department: Department }) {
  const t = useText('registry')
  const { close } = useOpenForm()
  const { id, rev } = department
  const command = useCommand({
    run: api.departments.change.call,
    invalidate: [api.departments.key()],
    success: t('saved'),
  })
  const initial: Partial<Values> = {
    code: department.code,
    name: department.name,
    parentId: department.parentId,
    headAccountIds: department.headAccountIds,
    dutyPhone: department.dutyPhone,
    dutyHours: department.dutyHours,
    fallbackDepartmentId: department.fallbackDepartmentId,
    state: department.state,
  }
  return (
    <FormBox<Values, Parameters<typeof api.departments.change.call>[0], Changed>
      command={command}
      initial={initial}
      toInput={({ why, ...values }) => ({ ...values, id, rev, ...(why ? { why } : {}) })}
      submit={t('verb.save')}
      done={close}
      onCancel={close}
    >
      <Fields id={id} />
    </FormBox>
  )
}
