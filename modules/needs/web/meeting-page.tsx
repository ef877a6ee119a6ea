import { DeleteOutlined, PlusOutlined } from '@ant-design/icons'
import { useQuery } from '@tanstack/react-query'
import { Button, Form, Input, Select } from 'antd'
import {
  DateField,
  EmptyState,
  FormBox,
  FormPage,
  ObjectPage,
  useCommand,
  useLive,
  useMe,
  useText,
  FormDrawer,
  OpenFormButton,
  useOpenForm,
  zoneToday,
} from '@tingzhou/ui'
import { Link, useNavigate, useParams } from 'react-router'
import { natures } from '../appeal-contract.ts'
import { api } from './api.ts'
import { findEnterprises, nameOfEnterprise } from './catalogue.ts'
import { EnterprisesSelect } from './enterprises-select.tsx'
import { ItemDue, ItemStateTag, MeetingStateTag } from './meeting-list.tsx'
import {
  AreaSelect,
  CategorySelect,
  DepartmentSelect,
  DepartmentsSelect,
  EnterpriseSelect,
  LookupSelect,
} from './pickers.tsx'
import { mayMeet } from './roles.ts'
import { TextItem } from './room.tsx'
import { PersonSelect } from './staff-select.tsx'
import { peopleOf, type Person } from './staff.ts'
import { SyntheticMark } from './tags.tsx'

type Meeting = Awaited<ReturnType<typeof api.meetings.get.call>>
type Item = Meeting['items'][number]
type Changed = { id: string; rev: number }

type MeetingValues = {
  readonly title: string
  readonly date: string
  readonly time?: string | null
  readonly place?: string
  readonly areaId?: string | null
  readonly hostId: string
  readonly enterpriseIds?: string[]
  readonly departmentIds?: string[]
}
type ItemValues = {
  readonly title: string
  readonly text: string
  readonly enterpriseId?: string | null
  readonly ownerId?: string | null
  readonly due?: string | null
}

const meetingFrom = (values: MeetingValues) => ({
  ...values,
  time: values.time || null,
  place: values.place ?? '',
  areaId: values.areaId ?? null,
  enterpriseIds: values.enterpriseIds ?? [],
  departmentIds: values.departmentIds ?? [],
})
const itemFrom = (values: ItemValues) => ({
  ...values,
  enterpriseId: values.enterpriseId ?? null,
  ownerId: values.ownerId ?? null,
  due: values.due ?? null,
})

function MeetingFields({ host }: { readonly host?: Person }) {
  const t = useText('needs')
  return (
    <>
      <TextItem name="title" label={t('meeting.name')} max={80} required />
      <Form.Item name="date" label={t('meeting.date')} rules={[{ required: true }]}>
        <DateField />
      </Form.Item>
      <Form.Item
        name="time"
        label={t('meeting.time')}
        rules={[{ pattern: /^([01]\d|2[0-3]):[0-5]\d$/, message: t('rule.time') }]}
      >
        <Input maxLength={5} placeholder="15:30" className="needs-number" />
      </Form.Item>
      <TextItem name="place" label={t('meeting.place')} max={120} />
      <Form.Item name="hostId" label={t('meeting.host')} rules={[{ required: true }]}>
        <PersonSelect also={host ? [host] : []} />
      </Form.Item>
      <Form.Item name="areaId" label={t('column.area')}>
        <AreaSelect allowClear />
      </Form.Item>
      <Form.Item name="enterpriseIds" label={t('meeting.enterprises')}>
        <EnterprisesSelect />
      </Form.Item>
      <Form.Item name="departmentIds" label={t('meeting.departments')}>
        <DepartmentsSelect maxCount={50} />
      </Form.Item>
    </>
  )
}

export function MeetingNew() {
  const t = useText('needs')
  const me = useMe()
  const navigate = useNavigate()
  type Input = Parameters<typeof api.meetings.announce.call>[0]
  const command = useCommand({
    run: api.meetings.announce.call,
    invalidate: [api.meetings.key()],
    success: t('meeting.announced'),
  })
  return (
    <FormPage<MeetingValues & { readonly items?: readonly ItemValues[] }, Input, Changed>
      title={t('meeting.announce')}
      draft="needs.meeting.new"
      initial={{ date: zoneToday(), hostId: me?.accountId ?? '' }}
      command={command}
      toInput={({ items = [], ...values }) => ({ ...meetingFrom(values), items: items.map(itemFrom) })}
      submit={t('meeting.announce')}
      done={({ id }) => void navigate(`/meetings/${id}`)}
    >
      <MeetingFields />
      <Form.List name="items">
        {(fields, { add, remove }) => (
          <>
            {fields.map(({ key, name }, index) => (
              <fieldset key={key} className="needs-part">
                <legend>
                  {t('meeting.item_n', { n: index + 1 })}
                  <Button
                    type="text"
                    size="small"
                    icon={<DeleteOutlined />}
                    aria-label={t('meeting.remove_item', { n: index + 1 })}
                    onClick={() => remove(name)}
                  />
                </legend>
                <Form.Item
                  name={[name, 'title']}
                  label={t('field.title')}
                  rules={[{ required: true, whitespace: true }]}
                >
                  <Input maxLength={60} showCount />
                </Form.Item>
                <Form.Item name={[name, 'text']} label={t('field.text')} rules={[{ required: true, whitespace: true }]}>
                  <Input.TextArea rows={3} maxLength={4000} />
                </Form.Item>
                <Form.Item name={[name, 'enterpriseId']} label={t('column.enterprise')}>
                  <EnterpriseSelect allowClear />
                </Form.Item>
              </fieldset>
            ))}
            <Form.Item>
              <Button type="dashed" block icon={<PlusOutlined />} onClick={() => add({})}>
                {t('meeting.add_item')}
              </Button>
            </Form.Item>
          </>
        )}
      </Form.List>
    </FormPage>
  )
}

/** One meeting: who came, what was said, and what became of each matter. */
export function MeetingPage() {
  const t = useText('needs')
  const me = useMe()
  const { id = '' } = useParams()
  const query = useQuery(api.meetings.get.queryOptions({ input: { id } }))
  useLive({ kinds: ['meeting'], objectId: id, keys: [api.meetings.key()] })
  const { item: itemId } = useOpenForm()
  const meeting = query.data
  if (!meeting)
    return (
      <ObjectPage
        title={t('meeting.one')}
        loading={query.isPending}
        problem={query.error}
        onRetry={() => void query.refetch()}
      />
    )
  const noRole = mayMeet(me) ? null : t('reason.meeting_role')
  const announced = meeting.state === 'announced' ? noRole : t('reason.meeting_over')
  const item = meeting.items.find((entry) => entry.id === itemId)
  return (
    <>
      <ObjectPage
        title={meeting.title}
        state={
          <>
            <MeetingStateTag state={meeting.state} />
            <SyntheticMark when={meeting.synthetic} />
          </>
        }
        primary={
          <OpenFormButton name="hold" primary reason={announced}>
            {t('meeting.hold')}
          </OpenFormButton>
        }
        verbs={
          <>
            <OpenFormButton name="cancel" reason={announced}>
              {t('meeting.cancel')}
            </OpenFormButton>
            <OpenFormButton name="edit" reason={announced}>
              {t('verb.change')}
            </OpenFormButton>
            <OpenFormButton name="add" reason={meeting.state === 'cancelled' ? t('reason.meeting_over') : noRole}>
              {t('meeting.add_item')}
            </OpenFormButton>
          </>
        }
        facts={[
          { label: t('meeting.date'), value: `${meeting.date} ${meeting.time ?? ''}`.trim() },
          { label: t('meeting.place'), value: meeting.place || '–' },
          { label: t('meeting.host'), value: meeting.host.name },
          { label: t('column.area'), value: meeting.area?.name ?? '–' },
          {
            label: t('meeting.enterprises'),
            value: meeting.enterprises.map(({ name }) => name).join(t('list_comma')) || '–',
          },
          {
            label: t('meeting.departments'),
            value: meeting.departments.map(({ name }) => name).join(t('list_comma')) || '–',
          },
        ]}
        tabs={[
          { key: 'items', label: t('meeting.items'), children: <Items meeting={meeting} refused={noRole} /> },
          { key: 'minutes', label: t('meeting.minutes'), children: <Minutes meeting={meeting} /> },
        ]}
        problem={query.error}
      />
      <FormDrawer name="edit" title={t('meeting.edit')}>
        <Edit meeting={meeting} />
      </FormDrawer>
      <FormDrawer name="add" title={t('meeting.add_item')}>
        <AddItem meeting={meeting} />
      </FormDrawer>
      <FormDrawer name="hold" title={t('meeting.hold')} width={720}>
        <Hold meeting={meeting} />
      </FormDrawer>
      <FormDrawer name="cancel" title={t('meeting.cancel')}>
        <Cancel meeting={meeting} />
      </FormDrawer>
      <FormDrawer name="raise" title={t('meeting.raise')}>
        {item && <Raise meeting={meeting} item={item} />}
      </FormDrawer>
      <FormDrawer name="follow" title={t('meeting.follow')}>
        {item && <Follow meeting={meeting} item={item} />}
      </FormDrawer>
    </>
  )
}

function Minutes({ meeting }: { readonly meeting: Meeting }) {
  const t = useText('needs')
  if (meeting.minutes === '') return <EmptyState title={t('meeting.no_minutes')} />
  return <p className="needs-prose">{meeting.minutes}</p>
}

function Items({ meeting, refused }: { readonly meeting: Meeting; readonly refused: string | null }) {
  const t = useText('needs')
  if (meeting.items.length === 0) return <EmptyState title={t('meeting.no_items')} text={t('meeting.no_items_text')} />
  return meeting.items.map((item) => (
    <article key={item.id} className="needs-entry">
      <p className="needs-help-line">
        <strong>
          {item.number}. {item.title}
        </strong>
        <ItemStateTag state={item.state} />
        {item.owner && <span className="tz-second">{item.owner.name}</span>}
        {item.due && <ItemDue due={item.due} overdue={item.overdue} />}
      </p>
      <p className="tz-flush needs-prose">{item.text}</p>
      {item.enterprise && <p className="tz-flush tz-second">{item.enterprise.name}</p>}
      {item.outcome !== '' && <blockquote className="needs-quote needs-prose">{item.outcome}</blockquote>}
      <p className="needs-help-line">
        {item.appeal ? (
          <Link to={`/appeals/${item.appeal.id}`}>{t('meeting.see_appeal', { no: item.appeal.no ?? '' })}</Link>
        ) : (
          <>
            <OpenFormButton
              name="raise"
              size="small"
              item={item.id}
              reason={item.state === 'open' ? refused : t('reason.item_done')}
            >
              {t('meeting.raise')}
            </OpenFormButton>
            <OpenFormButton
              name="follow"
              size="small"
              item={item.id}
              reason={meeting.state === 'held' ? refused : t('reason.meeting_not_held')}
            >
              {t('meeting.follow')}
            </OpenFormButton>
          </>
        )}
      </p>
    </article>
  ))
}

function Edit({ meeting }: { readonly meeting: Meeting }) {
  const t = useText('needs')
  const { close } = useOpenForm()
  const command = useCommand({ run: api.meetings.change.call, invalidate: [api.meetings.key()], success: t('saved') })
  const { title, date, time, place, areaId, hostId, enterpriseIds, departmentIds } = meeting
  return (
    <FormBox<MeetingValues, Parameters<typeof api.meetings.change.call>[0], Changed>
      initial={{
        title,
        date,
        time,
        place,
        areaId,
        hostId,
        enterpriseIds: [...enterpriseIds],
        departmentIds: [...departmentIds],
      }}
      command={command}
      toInput={(values) => ({ ...meetingFrom(values), id: meeting.id, rev: meeting.rev })}
      submit={t('verb.save')}
      done={close}
      onCancel={close}
    >
      <MeetingFields host={peopleOf(meeting.host)} />
    </FormBox>
  )
}

function ItemPlace() {
  const t = useText('needs')
  return (
    <>
      <Form.Item name="enterpriseId" label={t('column.enterprise')}>
        <LookupSelect allowClear placeholder={t('pick.enterprise')} find={findEnterprises} nameOf={nameOfEnterprise} />
      </Form.Item>
      <Form.Item name="ownerId" label={t('meeting.owner')}>
        <DepartmentSelect allowClear />
      </Form.Item>
      <Form.Item name="due" label={t('meeting.due')}>
        <DateField />
      </Form.Item>
    </>
  )
}

function AddItem({ meeting }: { readonly meeting: Meeting }) {
  const t = useText('needs')
  const { close } = useOpenForm()
  type Output = Awaited<ReturnType<typeof api.meetings.addItem.call>>
  const command = useCommand({ run: api.meetings.addItem.call, invalidate: [api.meetings.key()], success: t('saved') })
  return (
    <FormBox<ItemValues, Parameters<typeof api.meetings.addItem.call>[0], Output>
      command={command}
      toInput={(values) => ({ ...itemFrom(values), id: meeting.id, rev: meeting.rev })}
      submit={t('meeting.add_item')}
      done={close}
      onCancel={close}
    >
      <TextItem name="title" label={t('field.title')} max={60} required />
      <TextItem name="text" label={t('field.text')} max={4000} required rows={4} />
      <ItemPlace />
    </FormBox>
  )
}

type Outcome = {
  readonly state: 'open' | 'settled' | 'dropped'
  readonly outcome?: string
  readonly ownerId?: string | null
  readonly due?: string | null
}
const outcomeStates = ['open', 'settled', 'dropped'] as const

/** The minutes, and for every matter what came of it. */
function Hold({ meeting }: { readonly meeting: Meeting }) {
  const t = useText('needs')
  const { close } = useOpenForm()
  const open = meeting.items.filter(({ state }) => state === 'open')
  const command = useCommand({
    run: api.meetings.hold.call,
    invalidate: [api.meetings.key()],
    success: t('meeting.was_held'),
  })
  return (
    <FormBox<
      { readonly minutes: string; readonly outcomes?: readonly Outcome[] },
      Parameters<typeof api.meetings.hold.call>[0],
      Changed
    >
      draft={`needs.meeting.hold.${meeting.id}`}
      initial={{
        outcomes: open.map(({ owner, due }) => ({ state: 'open', outcome: '', ownerId: owner?.id ?? null, due })),
      }}
      command={command}
      toInput={({ minutes, outcomes = [] }) => ({
        id: meeting.id,
        rev: meeting.rev,
        minutes,
        outcomes: open.flatMap((item, index) => {
          const said = outcomes[index]
          if (!said) return []
          const { state, outcome = '', ownerId = null, due = null } = said
          return [{ itemId: item.id, state, outcome, ownerId, due }]
        }),
      })}
      submit={t('meeting.hold')}
      done={close}
      onCancel={close}
    >
      <TextItem name="minutes" label={t('meeting.minutes')} max={10_000} required rows={8} />
      {open.map((item, index) => (
        <fieldset key={item.id} className="needs-part">
          <legend>
            {item.number}. {item.title}
          </legend>
          <Form.Item name={['outcomes', index, 'state']} label={t('meeting.came_of_it')} rules={[{ required: true }]}>
            <Select options={outcomeStates.map((value) => ({ value, label: t(`meeting.item_state.${value}`) }))} />
          </Form.Item>
          <Form.Item name={['outcomes', index, 'outcome']} label={t('meeting.outcome')}>
            <Input.TextArea rows={2} maxLength={2000} />
          </Form.Item>
          <Form.Item name={['outcomes', index, 'ownerId']} label={t('meeting.owner')}>
            <DepartmentSelect allowClear />
          </Form.Item>
          <Form.Item name={['outcomes', index, 'due']} label={t('meeting.due')}>
            <DateField />
          </Form.Item>
        </fieldset>
      ))}
    </FormBox>
  )
}

function Cancel({ meeting }: { readonly meeting: Meeting }) {
  const t = useText('needs')
  const { close } = useOpenForm()
  const command = useCommand({
    run: api.meetings.cancel.call,
    invalidate: [api.meetings.key()],
    success: t('meeting.was_cancelled'),
  })
  return (
    <FormBox<{ readonly reason: string }, Parameters<typeof api.meetings.cancel.call>[0], Changed>
      command={command}
      toInput={({ reason }) => ({ id: meeting.id, rev: meeting.rev, reason })}
      submit={t('meeting.cancel')}
      done={close}
      onCancel={close}
    >
      <TextItem name="reason" label={t('field.reason')} max={500} required rows={3} />
    </FormBox>
  )
}

type RaiseValues = {
  readonly enterpriseId?: string | null
  readonly nature: (typeof natures)[number]
  readonly category?: string | null
}

function Raise({ meeting, item }: { readonly meeting: Meeting; readonly item: Item }) {
  const t = useText('needs')
  const { close } = useOpenForm()
  type Output = Awaited<ReturnType<typeof api.meetings.raise.call>>
  const command = useCommand({
    run: api.meetings.raise.call,
    invalidate: [api.meetings.key(), api.appeals.key()],
    success: (output: Output) => t('raise.done', { no: output.no ?? '' }),
  })
  return (
    <FormBox<RaiseValues, Parameters<typeof api.meetings.raise.call>[0], Output>
      initial={{ nature: 'help', enterpriseId: item.enterprise?.id ?? null }}
      command={command}
      toInput={({ nature, category = null, enterpriseId = null }) => ({
        id: meeting.id,
        itemId: item.id,
        rev: item.rev,
        nature,
        category,
        enterpriseId,
      })}
      submit={t('meeting.raise')}
      done={close}
      onCancel={close}
    >
      <blockquote className="needs-quote">
        <p>
          <strong>{item.title}</strong>
        </p>
        <p className="needs-prose">{item.text}</p>
      </blockquote>
      <Form.Item name="enterpriseId" label={t('column.enterprise')} rules={[{ required: true }]}>
        <EnterpriseSelect />
      </Form.Item>
      <Form.Item name="nature" label={t('column.nature')} rules={[{ required: true }]}>
        <Select options={natures.map((value) => ({ value, label: t(`nature.${value}`) }))} />
      </Form.Item>
      <Form.Item name="category" label={t('column.category')}>
        <CategorySelect allowClear />
      </Form.Item>
    </FormBox>
  )
}

function Follow({ meeting, item }: { readonly meeting: Meeting; readonly item: Item }) {
  const t = useText('needs')
  const { close } = useOpenForm()
  const command = useCommand({ run: api.meetings.followUp.call, invalidate: [api.meetings.key()], success: t('saved') })
  return (
    <FormBox<Outcome, Parameters<typeof api.meetings.followUp.call>[0], Changed>
      initial={{
        state: item.state === 'settled' || item.state === 'dropped' ? item.state : 'open',
        outcome: item.outcome,
        ownerId: item.owner?.id ?? null,
        due: item.due,
      }}
      command={command}
      toInput={({ state, outcome = '', ownerId = null, due = null }) => ({
        id: meeting.id,
        itemId: item.id,
        rev: item.rev,
        state,
        outcome,
        ownerId,
        due,
      })}
      submit={t('verb.save')}
      done={close}
      onCancel={close}
      reason={item.state === 'appeal' ? t('reason.item_done') : null}
    >
      <Form.Item name="state" label={t('meeting.came_of_it')} rules={[{ required: true }]}>
        <Select options={outcomeStates.map((value) => ({ value, label: t(`meeting.item_state.${value}`) }))} />
      </Form.Item>
      <TextItem name="outcome" label={t('meeting.outcome')} max={2000} required rows={4} />
      <Form.Item name="ownerId" label={t('meeting.owner')}>
        <DepartmentSelect allowClear />
      </Form.Item>
      <Form.Item name="due" label={t('meeting.due')}>
        <DateField />
      </Form.Item>
    </FormBox>
  )
}
